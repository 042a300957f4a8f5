import type { GgufPlan } from "./plan-gguf.ts";
import { CHUNK_BYTES, slices, tensorChunks, type DataOf } from "./tensor-data.ts";
import type { PlannedTensor } from "./tensor-layout.ts";

/** How `writeGguf` writes. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a planned file from its start to its end, in chunks of at most 4 MiB. `dataOf` is
 * asked for one tensor after the other, in the plan's order. The consumer does not write into a
 * chunk.
 *
 * @throws {GgufError} `wrong-data-length` where a tensor's data is not as long as it should be
 * @throws whatever `dataOf` and its sources throw, unchanged, and the signal's reason
 */
export async function* writeGguf(
  plan: GgufPlan,
  dataOf: DataOf<PlannedTensor>,
  { signal }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  yield* slices(plan.header);
  for (const tensor of plan.tensors) {
    signal?.throwIfAborted();
    yield* tensorChunks(tensor, await dataOf(tensor), signal);
    yield* zeros(tensor.paddedBytes - tensor.bytes);
  }
}

/** An alignment may be larger than a chunk. */
function* zeros(count: number): Generator<Uint8Array, void, undefined> {
  const chunk = new Uint8Array(Math.min(count, CHUNK_BYTES));
  for (let left = count; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
}
