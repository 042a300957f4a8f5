// The module of the worker threads that `startPrefixHash` starts.
import type { Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { startDigest } from "../digest.ts";
import { chunkRange } from "./chunk-plan.ts";
import { piecesBetween, type Piece } from "./pieces.ts";
import type { PrefixHashJob, PrefixHashMessage, PrefixHashOrder } from "./prefix-hash-job.ts";

// Fits the processor's cache: what was read is hashed from there. 40 % faster than 1 MiB.
const buffer = Buffer.allocUnsafeSlow(128 << 10);
const { pieces, plan, algorithm, expected } = workerData as PrefixHashJob;
const files = new Map<string, number>();
for (const { path } of pieces) if (!files.has(path)) files.set(path, openSync(path, "r"));

/** Of some first bytes: their sha256, and the hash that the file is held against. */
interface Hashes {
  sha256: Hash;
  digest: Hash;
}

/** The hashes of what comes before each chunk that was begun. */
const states: Hashes[] = [startHashes()];
const trusted: string[] = [...expected];
/** Chunks that were written anew: what they are now is taken, whatever was expected. */
const renewed = new Set<number>();
let available = 0;
let isWaiting = false;
let isRunning = false;

process.on("exit", () => {
  for (const fd of files.values()) closeSync(fd);
});
parentPort?.on("message", (order: PrefixHashOrder) => {
  if (order.type === "advance") available = order.chunks;
  else {
    states.length = Math.min(states.length, order.chunk + 1);
    renewed.add(order.chunk);
    isWaiting = false;
  }
  if (!isRunning) run();
});

/** One chunk a turn, so that orders are heard. */
function run(): void {
  const chunk = states.length - 1;
  isRunning = !isWaiting && chunk < Math.min(available, plan.chunks);
  if (!isRunning) return;
  const hashes = hashChunk(chunk);
  const prefix = hashes.sha256.copy().digest("hex");
  const isDamaged = (trusted[chunk] ?? prefix) !== prefix;
  if (isDamaged && !renewed.has(chunk)) {
    isWaiting = true;
    say({ type: "damaged", chunk });
  } else {
    if (isDamaged) trusted.length = chunk; // they told of other bytes
    states.push(hashes);
    say({ type: "hashed", chunk, prefix, digest: hashes.digest.copy().digest("hex") });
  }
  setImmediate(run);
}

function hashChunk(chunk: number): Hashes {
  const before = states[chunk];
  if (before === undefined) throw new Error(`chunk ${chunk} comes too early`);
  const hashes = copyHashes(before);
  const { start, end } = chunkRange(plan, chunk);
  for (const piece of piecesBetween(pieces, start, end)) hashPiece(piece, hashes);
  return hashes;
}

function hashPiece({ path, at: first, start, end }: Piece, { sha256, digest }: Hashes): void {
  const fd = files.get(path) ?? -1;
  const last = first + end - start;
  for (let at = first; at < last;) {
    const count = readSync(fd, buffer, 0, Math.min(buffer.length, last - at), at);
    if (count === 0) break; // cut short meanwhile: the hash will tell
    const bytes = buffer.subarray(0, count);
    sha256.update(bytes);
    if (digest !== sha256) digest.update(bytes);
    at += count;
  }
}

function startHashes(): Hashes {
  const sha256 = startDigest("sha256", plan.bytes);
  return { sha256, digest: algorithm === "sha256" ? sha256 : startDigest(algorithm, plan.bytes) };
}

function copyHashes(hashes: Hashes): Hashes {
  const sha256 = hashes.sha256.copy();
  return { sha256, digest: hashes.digest === hashes.sha256 ? sha256 : hashes.digest.copy() };
}

function say(message: PrefixHashMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, a thread's port
  parentPort?.postMessage(message);
}
