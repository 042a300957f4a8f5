import { mapShards, readGguf } from "@ggufkit/gguf";
import { type ModelFacts, modelFacts } from "@ggufkit/runtime-config";

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
 * @throws {GgufError | UnplannableModelError}
 * @throws {UnreadableError} for a set with shards missing
 */
export async function readRunnableModel(
  source: string,
  context: CommandContext,
): Promise<RunnableModel> {
  const { files, missing } = await locateModel(source, context);
  if (missing.length > 0)
    throw new UnreadableError(`${source}: expected the whole set, missing ${missing.join(", ")}`);
  const [first, ...later] = await mapShards(files, readHeader, context.signal);
  if (first === undefined) throw new TypeError("a model has at least one file");
  return {
    facts: modelFacts(first, later),
    path: files[0]?.name ?? source,
    shards: files.length,
  };
}

async function readHeader(file: LocatedFile, signal: AbortSignal): ReturnType<typeof readGguf> {
  const source = await file.open();
  try {
    return await readGguf(source, { signal });
  } finally {
    await source.close();
  }
}
