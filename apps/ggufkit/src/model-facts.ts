import { type Gguf, mapShards, readGguf } from "@ggufkit/gguf";
import { type ModelFacts, modelFacts, UnplannableModelError } from "@ggufkit/runtime-config";

import { UnreadableError } from "./errors.ts";
import type { CommandContext } from "./program.ts";
import { type LocatedFile, locateModel } from "./source.ts";

/** A model's headers, read, as plans need them. */
export interface RunnableModel {
  readonly facts: ModelFacts;
  /** Path or address of the file, or of the first shard. */
  readonly path: string;
  readonly shards: number;
}

/**
 * Reads the headers of a model to plan a run of it.
 *
 * @throws {GgufError} for a file that is no GGUF
 * @throws {UnreadableError} for a set with shards missing, and a model that no run can be planned of
 */
export async function readRunnableModel(
  source: string,
  context: CommandContext,
): Promise<RunnableModel> {
  const { files, missing } = await locateModel(source, context);
  if (missing.length > 0)
    throw new UnreadableError(`${source}: expected the whole set, missing ${missing.join(", ")}`);
  const [first, ...later] = await mapShards(files, readHeader, context.signal);
  const path = files[0]?.name ?? source;
  if (first === undefined) throw new TypeError("a model has at least one file");
  return { facts: factsOf(path, first, later), path, shards: files.length };
}

function factsOf(path: string, first: Gguf, later: readonly Gguf[]): ModelFacts {
  try {
    return modelFacts(first, later);
  } catch (error) {
    if (!(error instanceof UnplannableModelError)) throw error;
    throw new UnreadableError(`${path}: ${error.message}`, { cause: error });
  }
}

async function readHeader(file: LocatedFile, signal: AbortSignal): Promise<Gguf> {
  const source = await file.open();
  try {
    return await readGguf(source, { signal, file: file.name });
  } finally {
    await source.close();
  }
}
