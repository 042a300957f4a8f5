import { basename } from "node:path";
import { describe, type Gguf, type ModelDescription } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { findShardProblems, type ShardFinding } from "@ggufkit/shards";
import { findShardSet } from "@ggufkit/shards/node";

/** One file of a model, read. */
export interface ModelFile {
  readonly path: string;
  readonly gguf: Gguf;
}

/** Something about a model that its user should know. */
export interface Finding extends ShardFinding {
  readonly message: string;
}

/** What there is to say about a model: data that every view renders. */
export interface Inspection {
  /** The file that stands for the model first, the other shards of its set in order. */
  readonly files: readonly [ModelFile, ...ModelFile[]];
  readonly model: ModelDescription;
  readonly findings: readonly Finding[];
}

/**
 * Reads a model's header, and those of the other shards beside it where `path` is the first of a
 * set. A shard that is not there is a finding; one that cannot be read is an error.
 *
 * @throws {GgufError}
 */
export async function inspect(path: string, signal: AbortSignal): Promise<Inspection> {
  const first = await readModelFile(path, signal);
  const split = describe(first.gguf).split;
  if (split !== undefined && split.no !== 0) return assemble([first], [], []);
  const { files, missing } = await findShardSet(path);
  const laterPaths = files.filter((file) => basename(file) !== basename(path));
  const later = await Promise.all(laterPaths.map((file) => readModelFile(file, signal)));
  const lacking = missing.map((shard) => missingShard(shard));
  const problems = missing.length > 0 ? [] : findShardProblems(namedHeaders([first, ...later]));
  return assemble([first, ...later], lacking, problems);
}

async function readModelFile(path: string, signal: AbortSignal): Promise<ModelFile> {
  return { path, gguf: await readGgufFile(path, { signal }) };
}

function namedHeaders(files: readonly ModelFile[]): { name: string; gguf: Gguf }[] {
  return files.map(({ path, gguf }) => ({ name: basename(path), gguf }));
}

function assemble(
  files: Inspection["files"],
  missing: readonly Finding[],
  problems: readonly ShardFinding[],
): Inspection {
  const [first, ...later] = files;
  const model = describe(
    first.gguf,
    later.map(({ gguf }) => gguf),
  );
  return { files, model, findings: [...missing, ...problems.map(withMessage)] };
}

function missingShard(shard: string): Finding {
  const message = `missing: ${shard}`;
  return { code: "missing-shard", shard, expected: "a file", got: undefined, message };
}

function withMessage(finding: ShardFinding): Finding {
  const { code, shard, expected, got } = finding;
  const message = `${shard}: ${code}: expected ${expected ?? "none"}, got ${got ?? "none"}`;
  return { ...finding, message };
}
