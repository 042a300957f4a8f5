import { basename } from "node:path";
import { describe, type ModelDescription } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { findShardProblems } from "@ggufkit/shards";
import { SummarizerError } from "./errors.ts";

/**
 * The description of a model from its files, the first shard first.
 *
 * @throws GgufError a file is no sound GGUF
 * @throws SummarizerError `header` the files are no one set
 */
export async function describeFiles(
  files: readonly [string, ...string[]],
): Promise<ModelDescription> {
  const headers = await Promise.all(
    files.map(async (path) => ({ name: basename(path), gguf: await readGgufFile(path) })),
  );
  const [problem] = findShardProblems(headers);
  if (problem !== undefined) {
    const { shard, code, expected, got } = problem;
    const reason = `expected ${expected ?? "none"}, got ${got ?? "none"}`;
    throw new SummarizerError("header", `${shard}: not of this set: ${code}: ${reason}`);
  }
  const [first, ...later] = headers.map(({ gguf }) => gguf);
  if (first === undefined) throw new RangeError("expected at least one file");
  return describe(first, later);
}
