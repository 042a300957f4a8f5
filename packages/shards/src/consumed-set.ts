import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { readRecord, writeRecord } from "@ggufkit/hub/files";
import { identityAt, isUnchanged } from "./file-identity.ts";
import { findShardSet } from "./find-shard-set.ts";

/** Where it is remembered what was consumed. */
export interface ConsumedOptions {
  settings?: { readonly cacheDir: string } | undefined;
}

/** A set of which no file is there any longer, since they were merged. */
export interface ConsumedSet {
  /** Paths of its files, in order. */
  readonly inputs: string[];
  /** Size of the merged file. */
  readonly fileSize: number;
}

/** Remembers that a merged file was made of a set that is gone: nothing else would tell. */
export async function recordConsumed(
  first: string,
  out: string,
  inputs: readonly string[],
  { settings }: ConsumedOptions,
): Promise<void> {
  if (settings === undefined) return;
  const { whole } = await findShardSet(first);
  const record = { ...(await identityAt(out)), inputs };
  await writeRecord(recordPath({ first, whole, out }, settings), record);
}

/** The set that the merged file was made of, where all of it is gone and the file is unchanged. */
export async function findConsumed(
  first: string,
  out: string,
  { settings }: ConsumedOptions,
): Promise<ConsumedSet | undefined> {
  if (settings === undefined) return undefined;
  const { whole, files } = await findShardSet(first);
  if (files.length > 0) return undefined;
  const record = (await readRecord(recordPath({ first, whole, out }, settings))) ?? {};
  const { bytes, mtimeNs, inputs } = record;
  if (typeof bytes !== "number" || typeof mtimeNs !== "string") return undefined;
  if (!isUnchanged({ bytes, mtimeNs }, await identityAt(out))) return undefined;
  return { inputs: Array.isArray(inputs) ? inputs.map(String) : [], fileSize: bytes };
}

/** One for each merged file of each set; `whole` is the same whichever file of the set is named. */
function recordPath(
  { first, whole, out }: { first: string; whole: string; out: string },
  { cacheDir }: { readonly cacheDir: string },
): string {
  const text = JSON.stringify([resolve(dirname(first)), whole, resolve(out)]);
  return join(cacheDir, "consumed", `${createHash("sha256").update(text).digest("hex")}.json`);
}
