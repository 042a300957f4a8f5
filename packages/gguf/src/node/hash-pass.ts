import { readSync } from "node:fs";

import type { HashAlgorithm } from "../hash/hash-algorithm.ts";
import type { HashPass } from "../hash/plan-hashing.ts";
import { planReads, type Extent, type PlannedRead } from "../hash/plan-reads.ts";
import type { CreateHasher, Hasher } from "./hash-hasher.ts";

/** One finished digest; `tensor` is an index, undefined for the whole model. */
export interface PassDigest {
  readonly algorithm: HashAlgorithm;
  readonly tensor: number | undefined;
  readonly digest: string;
}

/** Thrown by a pass where a tensor's bytes are not all there, though they were when it began. */
export class ShortReadError extends Error {
  override readonly name = "ShortReadError";
}

// Measured: half of it costs calls; twice of it leaves the processor's cache, and sha256 takes 40 %
// longer.
const CHUNK_BYTES = 2 ** 17;

/**
 * Reads a file once and takes the digests of one pass; yields how many bytes of tensor data each
 * chunk had. It does not read ahead: other workers need the other processors, and the system reads
 * ahead by itself where a file is not in memory.
 *
 * @param fd an open file
 * @param extents of all tensors, in file order
 * @throws {ShortReadError}
 */
export function* runPass(
  fd: number,
  pass: HashPass,
  extents: readonly Extent[],
  createHasher: CreateHasher,
): Generator<number, PassDigest[]> {
  const whole = start(pass.whole, createHasher);
  const layers = layersByTensor(pass);
  const tensors = pass.whole.length > 0 ? extents.keys() : layers.keys();
  const digests: PassDigest[] = [];
  let current: Started[] | undefined;
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (const read of planReads(tensors, extents, buffer.length)) {
    readAll(fd, read, buffer);
    let hashed = 0;
    for (const { tensor, from, to, isLast } of read.pieces) {
      current ??= start(layers.get(tensor) ?? [], createHasher);
      const piece = buffer.subarray(from, to);
      for (const { hasher } of whole) hasher.update(piece);
      for (const { hasher } of current) hasher.update(piece);
      hashed += piece.length;
      if (!isLast) continue;
      digests.push(...finish(current, tensor));
      current = undefined;
    }
    yield hashed;
  }
  return [...digests, ...finish(whole, undefined)];
}

interface Started {
  readonly algorithm: HashAlgorithm;
  readonly hasher: Hasher;
}

function start(algorithms: readonly HashAlgorithm[], createHasher: CreateHasher): Started[] {
  return algorithms.map((algorithm) => ({ algorithm, hasher: createHasher(algorithm) }));
}

function finish(started: readonly Started[], tensor: number | undefined): PassDigest[] {
  return started.map(({ algorithm, hasher }) => ({ algorithm, tensor, digest: hasher.digest() }));
}

/** In file order, as the layers of a pass are. */
function layersByTensor({ layers }: HashPass): Map<number, HashAlgorithm[]> {
  const byTensor = new Map<number, HashAlgorithm[]>();
  for (const { tensor, algorithm } of layers) {
    const algorithms = byTensor.get(tensor);
    if (algorithms) algorithms.push(algorithm);
    else byTensor.set(tensor, [algorithm]);
  }
  return byTensor;
}

/** The system may return less than was asked for, and nothing only at the end. */
function readAll(fd: number, read: PlannedRead, buffer: Uint8Array): void {
  let at = read.start;
  while (at < read.end) {
    const bytesRead = readSync(fd, buffer, at - read.start, read.end - at, at);
    if (bytesRead === 0) throw new ShortReadError(`the file ends at byte ${at}`);
    at += bytesRead;
  }
}
