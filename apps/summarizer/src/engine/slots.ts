import type { LlamaContext } from "node-llama-cpp";
import { type Companion, companionOf } from "./companion.ts";
import { type EngineUsage, StartedOverError } from "./engine.ts";
import {
  beginText,
  isBusy,
  nearestSlot,
  type Slot,
  type SlotJob,
  type SlotText,
  writeToken,
  type Written,
} from "./slot.ts";
import { stateFiles, type StateFiles } from "./state-files.ts";

/** Texts under way in one context, each in a sequence of its own. */
export interface Slots {
  /** Tokens of a text. */
  readonly contextSize: number;
  /** Texts at once; more wait. */
  readonly parallel: number;
  /**
   * The continuation of a text; texts begin in the order of their calls.
   *
   * @throws StartedOverError
   */
  write(text: SlotText): Promise<Written>;
  usage(): EngineUsage;
  dispose(): Promise<void>;
}

/** How slots are opened. */
export interface SlotsPlan {
  /** A context that works with so many threads, with a sequence more than there are to be texts at once. */
  readonly open: (threads: number) => Promise<LlamaContext>;
  readonly threads: number;
  /** Seconds a token in which one thread alone works: when several take longer, they are given up. */
  readonly pace: number;
  /** Seconds that a turn may take in any case: copies of states and hiccups take time, too. */
  readonly patience?: number;
}

const PATIENCE = 0.5;

interface Work extends Omit<SlotsPlan, "threads"> {
  threads: number;
  context: LlamaContext;
  slots: readonly Slot[];
  companion: Companion;
  readonly waiting: SlotJob[];
  readonly states: StateFiles;
  readonly usage: { -readonly [Key in keyof EngineUsage]: number };
}

/**
 * Goes on with several texts at once, all of them by one token at a time: what is in a batch, and so
 * what the engine computes, never depends on which text was ready first. A text that begins as one in
 * another slot does takes that slot's state over instead of reading it again.
 */
export async function openSlots(plan: SlotsPlan): Promise<Slots> {
  const usage = { readTokens: 0, readSeconds: 0, writtenTokens: 0, writeSeconds: 0 };
  const opened = await openContext(plan, plan.threads);
  const work: Work = { ...plan, ...opened, waiting: [], states: stateFiles(), usage };
  let working: Promise<void> | undefined;
  const start = (): void => {
    working ??= goOn(work)
      .catch((error: unknown) => rejectAll(work, error))
      .finally(() => {
        working = undefined;
        if (work.waiting.length > 0) start();
      });
  };
  return {
    contextSize: work.context.contextSize,
    parallel: work.slots.length,
    write: (text) =>
      new Promise((resolve, reject) => {
        work.waiting.push({ ...text, resolve, reject });
        start();
      }),
    usage: () => ({ ...usage }),
    dispose: async () => {
      await work.states.remove();
      await work.context.dispose();
    },
  };
}

/** One sequence of the context is kept for the companion. */
async function openContext(
  { open }: Pick<SlotsPlan, "open">,
  threads: number,
): Promise<Pick<Work, "context" | "slots" | "companion" | "threads">> {
  const context = await open(threads);
  const companion = companionOf(context.getSequence());
  const slots = Array.from({ length: context.totalSequences - 1 }, () => ({
    sequence: context.getSequence(),
  }));
  return { context, slots, companion, threads };
}

async function goOn(work: Work): Promise<void> {
  // Who has just got a text may ask for the next one before the others go on.
  for (await turn(); work.waiting.length > 0 || work.slots.some(isBusy); await turn()) {
    if ((await beginWaiting(work)) || (await writeTokens(work))) await startOver(work);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/**
 * Begins as many texts as there are free slots, each in the one that has read the most of it.
 *
 * @returns whether one thread would have been faster
 */
async function beginWaiting(work: Work): Promise<boolean> {
  const { slots, waiting, usage } = work;
  for (;;) {
    const [job] = waiting;
    const free = slots.filter((slot) => !isBusy(slot));
    const slot = job && nearestSlot(free, job.tokens);
    if (job === undefined || slot === undefined) return false;
    waiting.shift();
    const start = performance.now();
    const other = nearestSlot(slots, job.tokens) ?? slot;
    const read = await beginText(slot, job, other, work).catch((error: unknown) => {
      job.reject(error);
      return 0;
    });
    const seconds = (performance.now() - start) / 1000;
    usage.readSeconds += seconds;
    usage.readTokens += read;
    if (isSlow(seconds, read, work)) return true;
  }
}

/** @returns whether one thread would have been faster */
async function writeTokens(work: Work): Promise<boolean> {
  const { slots, companion, usage } = work;
  const busy = slots.filter(isBusy);
  const start = performance.now();
  const writing = Promise.all(busy.map(writeToken));
  if (busy.length === 1) await Promise.all([writing, companion.join()]);
  for (const tell of await writing) tell?.();
  await companion.rest();
  const seconds = (performance.now() - start) / 1000;
  usage.writeSeconds += seconds;
  usage.writtenTokens += busy.length;
  return isSlow(seconds, busy.length, work);
}

function isSlow(seconds: number, tokens: number, { pace, patience = PATIENCE }: Work): boolean {
  return seconds > Math.max(patience, 1.5 * pace * tokens);
}

/**
 * Goes on with one thread. What was asked for has to be asked for again, from the beginning: what a
 * text comes to may depend on those beside it.
 */
async function startOver(work: Work): Promise<void> {
  if (work.threads === 1) return;
  rejectAll(work, new StartedOverError());
  await work.context.dispose();
  Object.assign(work, await openContext(work, 1));
}

/** Nobody is left waiting. */
function rejectAll({ slots, waiting }: Work, error: unknown): void {
  for (const { reject } of waiting.splice(0)) reject(error);
  for (const slot of slots) {
    slot.writing?.job.reject(error);
    slot.writing = undefined;
  }
}
