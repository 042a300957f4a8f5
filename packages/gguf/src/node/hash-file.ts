import { requestHashes, type HashDigest, type HashSelection } from "../hash/hash-request.ts";
import { hashTensors, type HashEvent, type HashingOptions } from "./hash-tensors.ts";

/** What `hashFile` computes and how. */
export interface HashOptions extends HashSelection, HashingOptions {}

/**
 * Hashes the tensor data of one file as llama-gguf-hash does: the bytes of every tensor in file
 * order, without padding and KV pairs. Of a shard, it hashes that shard's tensors alone. Streams,
 * in worker threads; memory does not grow with the file.
 *
 * @returns digests in the order of llama-gguf-hash's manifest
 * @throws {GgufError} as `readGgufFile` does, and `file-changed`, `hash-worker-failed`
 * @throws the signal's reason
 */
export async function* hashFile(
  path: string,
  options: HashOptions = {},
): AsyncGenerator<HashEvent, HashDigest[]> {
  return yield* hashTensors(path, ({ tensors }) => requestHashes(tensors.length, options), options);
}
