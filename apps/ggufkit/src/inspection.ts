import { access } from "node:fs/promises";
import { basename } from "node:path";

import {
  describe,
  type Gguf,
  type ModelDescription,
  parseShardName,
  shardSetNames,
} from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";

/** One file of a model, read. */
export interface ModelFile {
  readonly path: string;
  readonly gguf: Gguf;
}

/** Something about a model that its user should know. */
export interface Finding {
  readonly code:
    | "missing-shard"
    | "renamed-shard"
    | "wrong-split-no"
    | "wrong-split-count"
    | "wrong-tensor-count";
  readonly message: string;
  readonly file: string;
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
  const first: ModelFile = { path, gguf: await readGgufFile(path, { signal }) };
  const { split } = describe(first.gguf);
  if (split === undefined || split.count < 2 || split.no !== 0) return assemble([first], []);
  const name = parseShardName(path);
  if (name === undefined || name.splitNo !== 0 || name.splitCount !== split.count)
    return assemble([first], [renamedShard(path, split.count)]);

  const present: string[] = [];
  const missing: string[] = [];
  for (const shardPath of shardSetNames(path).slice(1))
    ((await isThere(shardPath)) ? present : missing).push(shardPath);
  const later = await Promise.all(
    present.map(async (file) => ({ path: file, gguf: await readGgufFile(file, { signal }) })),
  );
  return assemble([first, ...later], missing.map(missingShard));
}

/** Describes files that were read, and checks that they are what their first one says. */
export function assemble(
  files: readonly [ModelFile, ...ModelFile[]],
  missing: readonly Finding[],
): Inspection {
  const [first, ...later] = files;
  const shards = later.map(({ gguf }) => gguf);
  const model = describe(first.gguf, shards);
  const findings = [...missing, ...later.flatMap((file) => shardFindings(file, model))];
  if (missing.length === 0) findings.push(...tensorCountFindings(files, model));
  return { files, model, findings };
}

function shardFindings({ path, gguf }: ModelFile, model: ModelDescription): Finding[] {
  const file = basename(path);
  const expectedNo = parseShardName(path)?.splitNo;
  const expectedCount = model.split?.count;
  const { no, count } = describe(gguf).split ?? {};
  const findings: Finding[] = [];
  if (no !== expectedNo) {
    const message = `${file} says that it is split.no ${no}, its name says ${expectedNo}`;
    findings.push({ code: "wrong-split-no", message, file: path });
  }
  if (count !== expectedCount) {
    const message = `${file} says that it is one of ${count} shards, the first one says ${expectedCount}`;
    findings.push({ code: "wrong-split-count", message, file: path });
  }
  return findings;
}

function tensorCountFindings(files: Inspection["files"], { split }: ModelDescription): Finding[] {
  // A shard on its own has fewer tensors than its set.
  if (split?.tensors === undefined || split.no !== 0 || split.count !== files.length) return [];
  const found = files.reduce((sum, { gguf }) => sum + gguf.tensors.length, 0);
  if (found === split.tensors) return [];
  const message = `the set should have ${split.tensors} tensors and has ${found}`;
  return [{ code: "wrong-tensor-count", message, file: files[0].path }];
}

function missingShard(path: string): Finding {
  return { code: "missing-shard", message: `missing: ${basename(path)}`, file: path };
}

function renamedShard(path: string, count: number): Finding {
  const message = `${basename(path)} is the first of ${count} shards, but not named like one, so that the others cannot be found`;
  return { code: "renamed-shard", message, file: path };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
