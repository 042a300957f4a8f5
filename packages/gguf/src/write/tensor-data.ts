import { GgufError } from "../format/gguf-error.ts";
import type { Gguf, TensorInfo } from "../format/gguf.ts";
import type { ByteSource } from "../source/byte-source.ts";

/** Bytes of a source from `start` up to, but not including, `end`. */
export interface SourceRange {
  readonly source: ByteSource;
  readonly start: number;
  readonly end: number;
}

/** The data of one tensor: in memory, as it comes, or a range of a file. */
export type TensorData = Uint8Array | AsyncIterable<Uint8Array> | SourceRange;

/** Gives the data of a tensor when its turn comes. */
export type DataOf<Tensor extends TensorInfo = TensorInfo> = (
  tensor: Tensor,
) => TensorData | Promise<TensorData>;

/** More than this never sits in memory of what is read or of a chunk that is passed on: 4 MiB. */
export const CHUNK_BYTES: number = 2 ** 22;

/**
 * The data of tensors that are copied from the file which `gguf` was read from, found by name. They
 * must be of the same size there.
 */
export function copyTensorData(
  gguf: Pick<Gguf, "tensors" | "dataOffset">,
  source: ByteSource,
): (tensor: Pick<TensorInfo, "name">) => SourceRange {
  const byName = new Map(gguf.tensors.map((tensor) => [tensor.name, tensor]));
  return ({ name }) => {
    const tensor = byName.get(name);
    if (tensor === undefined) {
      const reason = "the file to copy from has no such tensor";
      throw new GgufError({ code: "no-such-tensor", reason, tensor: name });
    }
    const start = gguf.dataOffset + tensor.offset;
    return { source, start, end: start + tensor.bytes };
  };
}

/**
 * The data of one tensor in chunks of at most 4 MiB.
 *
 * @throws {GgufError} `wrong-data-length` where it has not `tensor.bytes` bytes
 */
export async function* tensorChunks(
  tensor: TensorInfo,
  data: TensorData,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  for await (const chunk of chunksOf(data, signal)) {
    signal?.throwIfAborted();
    if (done + chunk.length > tensor.bytes) refuseLength(tensor, `${done + chunk.length} or more`);
    done += chunk.length;
    yield* slices(chunk);
  }
  if (done < tensor.bytes) refuseLength(tensor, String(done));
}

function chunksOf(
  data: TensorData,
  signal?: AbortSignal,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (data instanceof Uint8Array) return [data];
  return "source" in data ? rangeChunks(data, signal) : data;
}

async function* rangeChunks(
  { source, start, end }: SourceRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = start; position < end;) {
    const chunk = await source.read(position, Math.min(position + CHUNK_BYTES, end), signal);
    // The source has ended: whoever counts the bytes says so.
    if (chunk.length === 0) return;
    yield chunk;
    position += chunk.length;
  }
}

/** Bytes in views of at most 4 MiB. */
export function* slices(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    yield bytes.subarray(start, start + CHUNK_BYTES);
}

function refuseLength({ name, bytes }: TensorInfo, got: string): never {
  const reason = `its data has ${got} bytes, expected ${bytes}`;
  throw new GgufError({ code: "wrong-data-length", reason, tensor: name, expected: bytes, got });
}
