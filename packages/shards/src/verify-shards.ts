import { stat } from "node:fs/promises";
import { basename, join, dirname } from "node:path";
import { hashWholeFile, knownSha256 } from "@ggufkit/hub/files";
import { checkShardSet } from "./check-shard-set.ts";
import type { DigestOptions } from "./expected-digest.ts";
import type { SetKind } from "./find-shard-set.ts";
import type { ShardFinding } from "./shard-finding.ts";

/** How {@link verifyShards} works. */
export interface VerifyOptions extends DigestOptions {
  /** sha256 by file name, lower-case hex: what the files must have, whatever is known of them. */
  expected?: ReadonlyMap<string, string> | undefined;
}

/** What happens while files are verified; sizes in bytes. */
export type VerifyEvent =
  | { type: "hashing"; file: string; done: number; total: number }
  /** It was hashed; `isRight` where the hash is what it must be. */
  | { type: "hashed"; file: string; sha256: string; isRight: boolean };

/** A file that was verified. */
export interface VerifiedFile {
  name: string;
  path: string;
  /** Undefined where it is not there. */
  bytes: number | undefined;
  /** How many; undefined where its header cannot be read, or is not its own. */
  tensors: number | undefined;
  /** Undefined where nothing tells what it must be. */
  sha256?: VerifiedDigest;
}

/** A file's sha256, lower-case hex. */
export interface VerifiedDigest {
  expected: string;
  got: string;
  /** Who says so: the Hub's cache, the notes of a download, or the caller. */
  from: "cache" | "download" | "given";
}

/** A set of files, and everything that was found wrong with it. */
export interface VerifiedSet {
  kind: SetKind;
  /** In the set's order, those that are missing too. */
  files: VerifiedFile[];
  /** Empty when all is right. */
  findings: ShardFinding[];
}

/**
 * Checks a set of shards as `checkShardSet` does, and hashes every file whose sha256 is known: from
 * the caller, the Hub's cache or a download's notes. What is wrong is data, not an exception.
 * @throws ShardError `cannot-read-directory`; what reading throws; the signal's reason when aborted
 */
export async function* verifyShards(
  path: string,
  options: VerifyOptions = {},
): AsyncGenerator<VerifyEvent, VerifiedSet, undefined> {
  const { signal } = options;
  const { kind, headers, findings, names } = await checkShardSet(path, { signal });
  const files: VerifiedFile[] = [];
  const wrong: ShardFinding[] = [];
  for (const name of names) {
    const file = join(dirname(path), name);
    const bytes = (await stat(file).catch(() => undefined))?.size;
    const gguf = headers.find((header) => header.name === name)?.gguf;
    const sha256 = bytes === undefined ? undefined : yield* digestOf(file, options);
    files.push({
      name,
      path: file,
      bytes,
      tensors: gguf?.tensors.length,
      ...(sha256 && { sha256 }),
    });
    if (sha256 === undefined || sha256.got === sha256.expected) continue;
    wrong.push({ code: "sha256", shard: name, expected: sha256.expected, got: sha256.got });
  }
  return { kind, files, findings: [...findings, ...wrong] };
}

async function* digestOf(
  path: string,
  options: VerifyOptions,
): AsyncGenerator<VerifyEvent, VerifiedDigest | undefined, undefined> {
  const { hashWorker, signal } = options;
  const file = basename(path);
  const known = await expectedOf(path, options);
  if (known === undefined) return undefined;
  const got = yield* hashWholeFile(path, { file, hashWorker, signal });
  yield { type: "hashed", file, sha256: got, isRight: got === known.expected };
  return { ...known, got };
}

async function expectedOf(
  path: string,
  { expected, settings }: VerifyOptions,
): Promise<Omit<VerifiedDigest, "got"> | undefined> {
  const given = expected?.get(basename(path));
  if (given !== undefined) return { expected: given, from: "given" };
  const known = settings && (await knownSha256(path, { settings }));
  return known && { expected: known.sha256, from: known.from };
}
