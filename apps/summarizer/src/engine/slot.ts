import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import type { Companion } from "./companion.ts";
import type { StateFiles } from "./state-files.ts";

/** Tokens read between two looks at the signal, and the bytes of a model by which they are told. */
const READ_STEP = { least: 32, most: 256, bytes: 6e10 };

/**
 * Flash attention has so many tokens at once in a tile. Tiles end where a thread's share does, and what
 * comes out of a broken one may depend on that: only whole ones are read together, the rest apart.
 */
const TILE = 64;

/** A state takes some ten milliseconds to copy: as long as reading so many tokens of a small model. */
const WORTH_COPYING = 32;

/** A text to go on with, and how. */
export interface SlotText {
  /** With the token that begins a text. */
  readonly tokens: readonly Token[];
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
  /** What ends it. */
  readonly stop: string;
  readonly signal?: AbortSignal | undefined;
}

/** What was written: without what ended it. */
export interface Written {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** A text, and who waits for it. */
export interface SlotJob extends SlotText {
  readonly resolve: (written: Written) => void;
  readonly reject: (reason: unknown) => void;
}

/** A sequence of a context, and the text that is under way in it. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  writing?: Writing | undefined;
}

interface Writing {
  readonly job: SlotJob;
  readonly generator: AsyncGenerator<Token, unknown>;
  readonly written: Token[];
}

export function isBusy({ writing }: Slot): boolean {
  return writing !== undefined;
}

/** The slot that has read the most of a text; the first of several. */
export function nearestSlot(slots: readonly Slot[], tokens: readonly Token[]): Slot | undefined {
  const known = slots.map(({ sequence }) => knownLength(sequence, tokens));
  return slots[known.indexOf(Math.max(...known))];
}

function knownLength(sequence: LlamaContextSequence, tokens: readonly Token[]): number {
  const state = sequence.contextTokens;
  const differs = tokens.findIndex((token, at) => token !== state[at]);
  return differs === -1 ? tokens.length : differs;
}

/**
 * Reads a text up to its last token; what `other` has read of it already is taken over.
 *
 * @returns how many tokens were read
 * @throws the signal's reason
 */
export async function beginText(
  slot: Slot,
  job: SlotJob,
  other: Slot,
  { states, companion }: { readonly states: StateFiles; readonly companion: Companion },
): Promise<number> {
  const { sequence } = slot;
  const { tokens, temperature, seed, signal } = job;
  signal?.throwIfAborted();
  const gain = knownLength(other.sequence, tokens) - knownLength(sequence, tokens);
  if (gain >= WORTH_COPYING) await states.copy(other.sequence, sequence);
  const read = await readTokens(sequence, tokens.slice(0, -1), companion, signal);
  // A sentence has its note's words: no penalty of repeating them, it makes the model look for others.
  const generator = sequence.evaluate(tokens.slice(-1), { temperature, seed, topP: 0.95 });
  slot.writing = { job, generator, written: [] };
  return read;
}

/** In steps: the engine itself looks at no signal. */
async function readTokens(
  sequence: LlamaContextSequence,
  tokens: Token[],
  companion: Companion,
  signal: AbortSignal | undefined,
): Promise<number> {
  await sequence.adaptStateToTokens(tokens, false);
  const from = sequence.nextTokenIndex;
  const step = readStep(sequence.model);
  for (let at = from, some: Token[] = []; at < tokens.length; at += some.length) {
    signal?.throwIfAborted();
    some = tokens.slice(at, at + pieceOf(tokens.length - at, step));
    const reading = sequence.evaluateWithoutGeneratingNewTokens(some);
    await Promise.all(some.length === 1 ? [reading, companion.join()] : [reading]);
  }
  return tokens.length - from;
}

/** How many of so many tokens are read next. */
function pieceOf(left: number, step: number): number {
  const most = Math.min(step, left);
  return most < TILE ? most : most - (most % TILE);
}

/** Some two seconds of one core, by the model's size: always the same for the same model. */
function readStep({ size }: LlamaModel): number {
  const step = 2 ** Math.floor(Math.log2(READ_STEP.bytes / size));
  return Math.min(READ_STEP.most, Math.max(READ_STEP.least, step));
}

/**
 * Writes one token more. A text ends with its stop, where the model ends it, or at its longest.
 *
 * @returns what is left to do at its end: to tell who waits for it, which has to wait for the others'
 * tokens, since who is told first may ask for the next text first
 */
export async function writeToken(slot: Slot): Promise<(() => void) | undefined> {
  if (slot.writing === undefined) return undefined;
  const { job, generator, written } = slot.writing;
  const { maxTokens, signal, stop } = job;
  let tell: () => void;
  try {
    signal?.throwIfAborted();
    const { value, done } = await generator.next();
    if (done !== true) written.push(value);
    const { model } = slot.sequence;
    // A tag that ends thoughts may be a special token; a line's end never is.
    const text = model.detokenize(written, stop !== "\n", job.tokens.slice(-8));
    const end = text.indexOf(stop);
    if (done !== true && end === -1 && written.length < maxTokens) return undefined;
    const tokens = written.slice(0, lengthBefore(written, stop, model));
    tell = () => job.resolve({ text: end === -1 ? text : text.slice(0, end), tokens });
  } catch (error) {
    tell = () => job.reject(error);
  }
  slot.writing = undefined;
  await generator.return(undefined);
  return tell;
}

/** How many tokens stand before the one that a text's end is in. */
function lengthBefore(tokens: readonly Token[], stop: string, model: LlamaModel): number {
  let length = tokens.length;
  while (length > 0 && model.detokenize(tokens.slice(0, length), true).includes(stop)) length--;
  return length;
}
