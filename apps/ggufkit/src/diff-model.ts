import { mapShards, readGguf, type ComparedFile } from "@ggufkit/gguf";

import type { CommandContext } from "./program.ts";
import { locateModel, type LocatedFile, type OpenSource } from "./source.ts";

/** One file of a model, read and still open. */
interface DiffFile extends ComparedFile {
  /** Path or address. */
  readonly file: string;
  readonly source: OpenSource;
}

/** One side of a diff, its files open. */
export interface DiffModel {
  /** As it was typed. */
  readonly source: string;
  /** The first shard first. */
  readonly files: readonly [DiffFile, ...DiffFile[]];
  /** File names of the shards that are not there. */
  readonly missing: readonly string[];
}

/**
 * Finds two models, reads the headers of their files, and closes the files when `work` is done.
 *
 * @throws {GgufError}
 */
export async function withModels<Result>(
  sources: readonly [a: string, b: string],
  context: CommandContext,
  work: (a: DiffModel, b: DiffModel) => Promise<Result>,
): Promise<Result> {
  const open: OpenSource[] = [];
  try {
    // One after the other: each may have to be fetched first, with its progress.
    const a = await openModel(sources[0], context, open);
    const b = await openModel(sources[1], context, open);
    return await work(a, b);
  } finally {
    await Promise.all(open.map((source) => source.close()));
  }
}

async function openModel(
  source: string,
  context: CommandContext,
  opened: OpenSource[],
): Promise<DiffModel> {
  const { files, missing } = await locateModel(source, context);
  const readFile = async ({ name, open }: LocatedFile, signal: AbortSignal): Promise<DiffFile> => {
    const bytes = await open();
    opened.push(bytes);
    return { file: name, source: bytes, gguf: await readGguf(bytes, { file: name, signal }) };
  };
  const read = await mapShards(files, readFile, context.signal);
  const [first, ...later] = read;
  if (first === undefined) throw new TypeError("a model has at least one file");
  return { source, files: [first, ...later], missing };
}
