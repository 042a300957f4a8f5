import { basename } from "node:path";
import { kvNumber } from "@ggufkit/gguf";
import { readGgufFile, readGgufSetFile } from "@ggufkit/gguf/node";
import {
  type ModelFacts,
  modelFacts,
  nodeLlamaCppOptions,
  type NodeLlamaCppRun,
  planRun,
  UnplannableModelError,
} from "@ggufkit/runtime-config";
import { detectHardware } from "@ggufkit/runtime-config/node";
import type { LlamaCompletion, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import type { CompletionRequest, Engine, EngineUsage } from "./engine.ts";
import { SummarizerError } from "./errors.ts";

/** Room for a prompt of example pairs (some 600 tokens), a note and its sentence, in tokens. */
const CONTEXT = 2048;

/** Tokens read between two looks at the signal: half a second of a small model on one core. */
const READ_STEP = 64;

/** What a loaded model is worked with. */
interface Loaded {
  readonly model: LlamaModel;
  readonly sequence: LlamaContextSequence;
  readonly completion: LlamaCompletion;
}

/**
 * Loads a GGUF in process. Its header is read first, by our own strict reader: a file that is no
 * model is refused with a reason before the engine sees it.
 *
 * @throws GgufError the file is no sound GGUF
 * @throws SummarizerError `engine` the file holds no language model, or the engine can't load it
 */
export async function openNodeLlamaEngine(path: string, signal?: AbortSignal): Promise<Engine> {
  const run = await planEngine(path);
  try {
    return engineOf(basename(path), await load(path, run, signal));
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SummarizerError("engine", `${path}: the engine can't load it: ${reason}`, { cause });
  }
}

async function planEngine(path: string): Promise<NodeLlamaCppRun> {
  const facts = await readFacts(path);
  const hardware = await detectHardware();
  const { contextLength = CONTEXT } = facts;
  const wishes = { context: Math.min(CONTEXT, contextLength), threads: threadsFor(hardware.cores) };
  return nodeLlamaCppOptions(planRun(facts, wishes, hardware));
}

async function readFacts(path: string): Promise<ModelFacts> {
  const named = await readGgufFile(path);
  const isFirstShard = kvNumber(named, "split.no") === 0;
  const [first, ...later] = isFirstShard ? (await readGgufSetFile(path)).shards : [named];
  try {
    return modelFacts(first, later);
  } catch (cause) {
    if (!(cause instanceof UnplannableModelError)) throw cause;
    throw new SummarizerError("engine", `${path}: ${cause.message}`, { cause });
  }
}

/** The engine's idle threads spin on a core that JavaScript needs: one is left to it. */
function threadsFor(cores: number): number {
  return Math.max(1, cores - 1);
}

async function load(path: string, run: NodeLlamaCppRun, signal?: AbortSignal): Promise<Loaded> {
  // Loaded when it is needed: it takes longer than a page without it.
  const { getLlama, LlamaCompletion: Completion, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
  const loading = { modelPath: path, ...run.loadModel, ...(signal && { loadSignal: signal }) };
  const model = await llama.loadModel(loading);
  try {
    const context = await model.createContext(run.createContext);
    const sequence = context.getSequence();
    return { model, sequence, completion: new Completion({ contextSequence: sequence }) };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function engineOf(name: string, { model, sequence, completion }: Loaded): Engine {
  const { contextSize } = sequence.context;
  const seconds = { read: 0, write: 0 };
  const timed = async <T>(what: keyof typeof seconds, work: Promise<T>): Promise<T> => {
    const start = performance.now();
    const done = await work;
    seconds[what] += (performance.now() - start) / 1000;
    return done;
  };
  // One token of room for the one that begins a text.
  const hasRoom = (tokens: readonly Token[], maxTokens: number): boolean =>
    tokens.length + 1 + maxTokens <= contextSize;

  return {
    model: name,
    hasRoomFor: (prompt, maxTokens) => hasRoom(tokensOf(model, prompt), maxTokens),
    async complete(request) {
      const { prompt, maxTokens, signal } = request;
      const tokens = tokensOf(model, prompt);
      if (!hasRoom(tokens, maxTokens)) {
        const message = `${tokens.length} tokens and ${maxTokens} more have no room in ${contextSize}`;
        throw new SummarizerError("engine", message);
      }
      await timed("read", read(model, sequence, tokens, signal));
      return timed("write", write(completion, tokens, request));
    },
    usage: (): EngineUsage => ({
      readTokens: sequence.tokenMeter.usedInputTokens,
      readSeconds: seconds.read,
      writtenTokens: sequence.tokenMeter.usedOutputTokens,
      writeSeconds: seconds.write,
    }),
    async dispose() {
      await sequence.context.dispose();
      await model.dispose();
    },
  };
}

/** Plain text as tokens: a `<|im_end|>` of a card is the characters it is written with. */
function tokensOf(model: LlamaModel, prompt: string): Token[] {
  const isTrimmed = model.tokens.shouldPrependBosToken;
  return model.tokenize(prompt, false, isTrimmed ? "trimLeadingSpace" : undefined);
}

/** Reads a prompt up to its last token, in steps: the engine itself looks at no signal before it writes. */
async function read(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { bos, shouldPrependBosToken } = model.tokens;
  const first = bos !== null && shouldPrependBosToken ? [bos] : [];
  const state = [...first, ...tokens.slice(0, -1)];
  await sequence.adaptStateToTokens(state, false);
  for (let at = sequence.nextTokenIndex; at < state.length; at += READ_STEP) {
    signal?.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(state.slice(at, at + READ_STEP));
  }
}

function write(
  completion: LlamaCompletion,
  tokens: Token[],
  { temperature, seed, maxTokens, signal }: CompletionRequest,
): Promise<string> {
  return completion.generateCompletion(tokens, {
    temperature,
    seed,
    topP: 0.95,
    maxTokens,
    // The engine would drop the start of a prompt to keep this much room, a tenth by default.
    contextShiftSize: maxTokens,
    disableContextShift: true,
    // A sentence has its note's words: penalising them makes the model look for others.
    repeatPenalty: false,
    customStopTriggers: ["\n"],
    ...(signal && { signal }),
  });
}
