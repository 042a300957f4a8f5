import { basename } from "node:path";
import type { NodeLlamaCppRun } from "@ggufkit/runtime-config";
import type { LlamaContext, LlamaModel, Token } from "node-llama-cpp";
import { chatOf } from "../chat.ts";
import { SummarizerError } from "../errors.ts";
import type { CompletionRequest, Engine } from "./engine.ts";
import { type EnginePlan, type NodeLlamaOptions, planEngine } from "./engine-plan.ts";
import { type Pace, paceOf } from "./pace.ts";
import type { SlotText } from "./slot.ts";
import { openSlots, type Slots } from "./slots.ts";
import { createThinker, type Thinker } from "./thinker.ts";

/** What a loaded model is worked with. */
interface Loaded {
  readonly model: LlamaModel;
  readonly slots: Slots;
  readonly thinker: Thinker | undefined;
}

/** Thoughts vary; at temperature 0 some models repeat them without end (Qwen3's card). */
const THOUGHT_TEMPERATURE = 0.6;

/**
 * Loads a GGUF in process. Its header is read first, by our own strict reader: a file that is no
 * model is refused with a reason before the engine sees it.
 *
 * @throws GgufError the file is no sound GGUF
 * @throws SummarizerError `engine` the file holds no language model, or the engine can't load it
 */
export async function openNodeLlamaEngine(
  path: string,
  options: NodeLlamaOptions = {},
): Promise<Engine> {
  const { signal } = options;
  const plan = await planEngine(path, options);
  try {
    return engineOf(basename(path), await load(path, plan, options));
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SummarizerError("engine", `${path}: the engine can't load it: ${reason}`, { cause });
  }
}

async function load(
  path: string,
  { run, template }: EnginePlan,
  options: NodeLlamaOptions,
): Promise<Loaded> {
  const { signal, thoughtTokens = 0 } = options;
  // Loaded when it is needed: it takes longer than a page without it.
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
  const loading = { modelPath: path, ...run.loadModel, ...(signal && { loadSignal: signal }) };
  const model = await llama.loadModel(loading);
  try {
    const open = (threads: number): Promise<LlamaContext> =>
      model.createContext({ ...run.createContext, threads });
    const { threads, pace } = await chosenPace(model, run, options);
    const thinker =
      template === undefined ? undefined : await createThinker(model, template, thoughtTokens);
    return { model, slots: await openSlots({ open, threads, pace }), thinker };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Threads that were asked for are kept, however slow they are. */
function chosenPace(
  model: LlamaModel,
  { createContext: { threads } }: NodeLlamaCppRun,
  asked: NodeLlamaOptions,
): Pace | Promise<Pace> {
  if (asked.threads !== undefined) return { threads, pace: Number.POSITIVE_INFINITY };
  return paceOf(model, threads);
}

function engineOf(name: string, { model, slots, thinker }: Loaded): Engine {
  const { contextSize, parallel } = slots;
  const prepare = (prompt: string): Prepared =>
    thinker === undefined
      ? { tokens: tokensOf(model, prompt), answer: [], budget: 0 }
      : preparedChat(thinker, prompt);
  return {
    model: name,
    maxParallel: parallel,
    hasRoomFor: (prompt, maxTokens) => lengthOf(prepare(prompt)) + maxTokens <= contextSize,
    async complete({ prompt, ...request }) {
      const prepared = prepare(prompt);
      const length = lengthOf(prepared);
      if (length + request.maxTokens > contextSize) {
        const message = `${length} tokens and ${request.maxTokens} more have no room in ${contextSize}`;
        throw new SummarizerError("engine", message);
      }
      const thoughts = thinker && (await slots.write(thoughtsOf(prepared, request, thinker)));
      const tokens = [...prepared.tokens, ...(thoughts?.tokens ?? []), ...prepared.answer];
      return (await slots.write({ ...request, tokens, stop: "\n" })).text;
    },
    usage: () => slots.usage(),
    async dispose() {
      await slots.dispose();
      await model.dispose();
    },
  };
}

/** What a model reads before it writes; between the two parts of it, its thoughts. */
interface Prepared {
  readonly tokens: readonly Token[];
  readonly answer: readonly Token[];
  /** Tokens that it may think for. */
  readonly budget: number;
}

function lengthOf({ tokens, answer, budget }: Prepared): number {
  return tokens.length + budget + answer.length;
}

function preparedChat(thinker: Thinker, prompt: string): Prepared {
  const { messages, opening } = chatOf(prompt);
  const answer = thinker.answerTokens(opening);
  return { tokens: thinker.chatTokens(messages), answer, budget: thinker.budget };
}

function thoughtsOf(
  { tokens, budget: maxTokens }: Prepared,
  { seed, signal }: Pick<CompletionRequest, "seed" | "signal">,
  { close: stop }: Thinker,
): SlotText {
  return { tokens, temperature: THOUGHT_TEMPERATURE, seed, maxTokens, stop, signal };
}

/** Plain text as tokens, with what begins a text: a `<|im_end|>` of a card is the characters it is written with. */
function tokensOf(model: LlamaModel, prompt: string): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  const tokens = model.tokenize(
    prompt,
    false,
    shouldPrependBosToken ? "trimLeadingSpace" : undefined,
  );
  return bos !== null && shouldPrependBosToken ? [bos, ...tokens] : tokens;
}
