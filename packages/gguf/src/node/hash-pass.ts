import { readSync } from "node:fs";

import type { HashAlgorithm } from "../hash/hash-algorithm.ts";
import type { HashPass } from "../hash/plan-hashing.ts";
import type { CreateHasher, Hasher } from "./hash-hasher.ts";

/** Where a tensor's bytes lie in the file. */
export interface Extent {
  readonly start: number;
  readonly bytes: number;
}

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

// Measured: smaller reads cost calls, larger ones leave the processor's cache.
const CHUNK_BYTES = 2 ** 18;

/**
 * Reads a file once and takes the digests of one pass; yields how many bytes each step has read.
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
  const buffer = new Uint8Array(CHUNK_BYTES);
  const whole = pass.whole.map((algorithm) => ({ algorithm, hasher: createHasher(algorithm) }));
  const digests: PassDigest[] = [];
  for (const [tensor, algorithms] of tensorsToRead(pass, extents.length)) {
    const layer = algorithms.map((algorithm) => ({ algorithm, hasher: createHasher(algorithm) }));
    const hashers = [...whole, ...layer].map(({ hasher }) => hasher);
    const extent = extents[tensor];
    if (extent) yield* readExtent(fd, extent, buffer, hashers);
    for (const { algorithm, hasher } of layer)
      digests.push({ algorithm, tensor, digest: hasher.digest() });
  }
  for (const { algorithm, hasher } of whole)
    digests.push({ algorithm, tensor: undefined, digest: hasher.digest() });
  return digests;
}

/** The tensors of a pass in file order, each with the algorithms of its own digests. */
function tensorsToRead(pass: HashPass, count: number): Map<number, HashAlgorithm[]> {
  const tensors = new Map<number, HashAlgorithm[]>();
  if (pass.whole.length > 0) for (let tensor = 0; tensor < count; tensor++) tensors.set(tensor, []);
  for (const { tensor, algorithm } of pass.layers) {
    const algorithms = tensors.get(tensor);
    if (algorithms) algorithms.push(algorithm);
    else tensors.set(tensor, [algorithm]);
  }
  return tensors;
}

function* readExtent(
  fd: number,
  { start, bytes }: Extent,
  buffer: Uint8Array,
  hashers: readonly Hasher[],
): Generator<number, void> {
  let done = 0;
  while (done < bytes) {
    const wanted = Math.min(buffer.length, bytes - done);
    const read = readSync(fd, buffer, 0, wanted, start + done);
    if (read === 0) throw new ShortReadError(`the file ends at byte ${start + done}`);
    const chunk = buffer.subarray(0, read);
    for (const hasher of hashers) hasher.update(chunk);
    done += read;
    yield read;
  }
}
