import { basename } from "node:path";
import type { ByteSource } from "@ggufkit/gguf";
import { openFile } from "@ggufkit/gguf/node";
import { digestOfSource, piecesInPlace, pieceSource } from "@ggufkit/hub/files";
import type { RangeCopy } from "./file-plan.ts";
import { planMerge, type MergePlan, type NamedGguf } from "./merge-plan.ts";
import { readHeaders } from "./read-headers.ts";
import type { ShardFinding } from "./shard-finding.ts";
import { telling } from "./telling.ts";
import type { VerifiedFile, VerifiedSet, VerifyEvent } from "./verify-shards.ts";

/** A shard that a merged file was made of, where it still is. */
export interface OriginalShard {
  /** File name. */
  name: string;
  /** Lower-case hex, that it must have. */
  sha256: string;
  bytes: number;
  /** Of which the header is read, and what else is not in the merged file. */
  source: ByteSource;
}

/**
 * Checks that a merged file is what its shards merge to: each is hashed through it, its tensors' bytes
 * from the merged file and the rest, its header, from where the shard is. Nobody publishes a hash of the
 * merged file itself.
 * @throws GgufError where a shard has no header, or the merged file cannot be read
 * @throws ShardSetError where the shards do not belong together; the signal's reason when aborted
 */
export async function* verifyMerged(
  path: string,
  shards: readonly OriginalShard[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<VerifyEvent, VerifiedSet, undefined> {
  const headers = await readHeaders(shards, signal);
  await using merged = await openFile(path);
  const found = await planOf(merged, headers);
  if ("finding" in found) {
    const name = basename(path);
    const file: VerifiedFile = { name, path, bytes: merged.byteLength, tensors: undefined };
    return { kind: "file", files: [file], findings: [{ ...found.finding, shard: name }] };
  }
  const files: VerifiedFile[] = [];
  const findings: ShardFinding[] = [];
  for (const [index, shard] of shards.entries()) {
    const { name, bytes, sha256: expected } = shard;
    const copies = found.plan.copies.filter(({ file }) => file === index);
    const got = yield* digestWithin(merged, shard, copies, signal);
    const tensors = headers[index]?.gguf.tensors.length;
    files.push({ name, path, bytes, tensors, sha256: { expected, got, from: "given" } });
    if (got !== expected) findings.push({ code: "sha256", shard: name, expected, got });
  }
  return { kind: "shards", files, findings };
}

type Finding = Omit<ShardFinding, "shard">;

/** How the merged file was planned, by its header; or what is wrong with that. */
async function planOf(
  merged: ByteSource & { byteLength: number },
  headers: readonly NamedGguf[],
): Promise<{ plan: MergePlan } | { finding: Finding }> {
  for (const compat of [undefined, "llama.cpp"] as const) {
    const plan = planMerge(headers, { compat });
    const { header, fileSize } = plan;
    const there = await merged.read(0, header.length);
    if (Buffer.compare(there, header) !== 0) continue;
    const got = merged.byteLength;
    if (got === fileSize) return { plan };
    return { finding: { code: "file-size", expected: fileSize, got } };
  }
  return { finding: { code: "merged-header", expected: "these shards'", got: "another" } };
}

/** The sha256 of a shard whose copied ranges are read from the merged file. */
async function* digestWithin(
  merged: ByteSource,
  { name: file, bytes: total, source }: OriginalShard,
  copies: readonly RangeCopy[],
  signal: AbortSignal | undefined,
): AsyncGenerator<VerifyEvent, string, undefined> {
  const segments = copies.map(({ from, to, bytes }) => {
    return { start: from, end: from + bytes, path: "merged", at: to };
  });
  const pieces = piecesInPlace(total, "shard", segments);
  const whole = pieceSource(pieces, (of) => (of === "merged" ? merged : source));
  let done = 0;
  const counted: ByteSource = {
    byteLength: total,
    async read(start, end, stop) {
      done = end;
      return whole.read(start, end, stop);
    },
  };
  return yield* telling(
    (stop) => digestOfSource(counted, total, "sha256", stop),
    (): VerifyEvent => ({ type: "hashing", file, done, total }),
    signal,
  );
}
