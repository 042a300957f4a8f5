import { kvNumber } from "@ggufkit/gguf";
import { readGgufFile, readGgufSetFile } from "@ggufkit/gguf/node";
import {
  type ModelFacts,
  modelFacts,
  nodeLlamaCppOptions,
  type NodeLlamaCppRun,
  planRun,
  type RunPlan,
  UnplannableModelError,
} from "@ggufkit/runtime-config";
import { detectHardware } from "@ggufkit/runtime-config/node";
import { SummarizerError } from "../errors.ts";

export interface NodeLlamaOptions {
  readonly signal?: AbortSignal | undefined;
  /** One for each core that the process may use, unless told otherwise. */
  readonly threads?: number | undefined;
  /** Texts at once, at most; 8 unless told otherwise, fewer where memory does not allow them. */
  readonly parallel?: number | undefined;
  /** Tokens that the model may think for before each sentence; it does not think unless told to. */
  readonly thoughtTokens?: number | undefined;
}

/** Room for a prompt of example pairs (some 600 tokens), a note and its sentence, in tokens. */
const CONTEXT = 2048;

/** Texts at once: two cores write four times as many tokens in 8 sequences as in one. */
const PARALLEL = 8;

/** The part of the memory that a run may take: others want some, too. */
const MEMORY_SHARE = 0.5;

/** What is known of a model before it is loaded. */
export interface EnginePlan {
  readonly run: NodeLlamaCppRun;
  /** The template of a model that is to think. */
  readonly template: string | undefined;
}

/**
 * Plans as many texts at once as the machine's memory has room for.
 *
 * @throws GgufError the file is no sound GGUF
 * @throws SummarizerError `engine` it holds no language model, or none that thinks where one is to
 */
export async function planEngine(
  path: string,
  { threads, parallel: most = PARALLEL, thoughtTokens = 0 }: NodeLlamaOptions,
): Promise<EnginePlan> {
  const facts = await readFacts(path);
  const template = thoughtTokens > 0 ? thinkingTemplate(path, facts) : undefined;
  const hardware = await detectHardware();
  // A chat's turns take some tokens more than the same pairs as a text.
  const wanted = template === undefined ? CONTEXT : 2 * CONTEXT + thoughtTokens;
  const context = Math.min(wanted, facts.contextLength ?? wanted);
  const planFor = (parallel: number): RunPlan =>
    // One sequence more, see companion.ts.
    planRun(facts, { context, parallel: parallel + 1, threads }, hardware);
  const hasRoom = ({ memory }: RunPlan): boolean =>
    memory.totalBytes <= hardware.memoryBytes * MEMORY_SHARE;
  let parallel = most;
  let plan = planFor(parallel);
  for (; parallel > 1 && !hasRoom(plan); plan = planFor(parallel)) parallel = parallel >> 1;
  return { run: nodeLlamaCppOptions(plan), template };
}

function thinkingTemplate(path: string, { chatTemplate, thinking }: ModelFacts): string {
  const isThinking =
    thinking.tags || thinking.switch !== undefined || thinking.effort !== undefined;
  if (chatTemplate !== undefined && isThinking) return chatTemplate;
  const message = `${path}: expected a model that thinks, got one whose chat template knows no thoughts`;
  throw new SummarizerError("engine", message);
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
