import type { Fault } from "./gguf-error.ts";
import type { TensorInfo } from "./gguf.ts";
import { MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from "./limits.ts";
import { padTo } from "./padding.ts";
import { TENSOR_TYPES, type TensorTypeName } from "./tensor-type.ts";

/** How large a tensor is. */
export type TensorSize = Pick<TensorInfo, "elements" | "bytes">;

/** What is wrong with a name of so many bytes. */
export function nameFault(bytes: number): Fault | undefined {
  if (bytes <= MAX_TENSOR_NAME_BYTES) return undefined;
  const reason = `the name has ${bytes} bytes, more than ${MAX_TENSOR_NAME_BYTES}`;
  return { code: "tensor-name-too-long", reason, expected: MAX_TENSOR_NAME_BYTES, got: bytes };
}

/** A name that another tensor has already. */
export const DUPLICATE_TENSOR: Fault = {
  code: "duplicate-tensor",
  reason: "the name occurs twice",
};

/** What is wrong with so many dimensions. */
export function dimensionsFault(count: number): Fault | undefined {
  if (count <= MAX_DIMENSIONS) return undefined;
  const reason = `${count} dimensions, at most ${MAX_DIMENSIONS}`;
  return { code: "too-many-dimensions", reason, expected: MAX_DIMENSIONS, got: count };
}

/** What is wrong with a dimension. 0 is none; ggml takes those from 2^63 on as negative. */
export function dimensionFault(index: number, dimension: number | bigint): Fault | undefined {
  if (Number.isSafeInteger(dimension) && dimension >= 0) return undefined;
  const reason = `dimension ${index} is ${dimension}, expected an integer from 0 to 2^53 - 1`;
  return { code: "bad-dimension", reason, got: dimension };
}

/**
 * The size of a tensor, or a fault where it has none: a row that is no whole number of blocks, or
 * more elements or bytes than a number holds. `shape` is of dimensions without fault.
 */
export function tensorSize(type: TensorTypeName, shape: readonly number[]): TensorSize | Fault {
  const elements = countElements(shape);
  if (elements === undefined) {
    const reason = `shape [${shape.join(", ")}] has 2^53 elements or more`;
    return { code: "too-many-elements", reason };
  }
  const { blockSize, blockBytes } = TENSOR_TYPES[type];
  const row = shape[0] ?? 1;
  if (row % blockSize !== 0) {
    const reason = `rows of ${row} do not divide into ${type}'s ${blockSize}`;
    return { code: "bad-row-length", reason, expected: blockSize, got: row };
  }
  const bytes = (elements / blockSize) * blockBytes;
  if (Number.isSafeInteger(bytes)) return { elements, bytes };
  return tooLarge(`${elements} elements of ${type} take 2^53 bytes or more`);
}

/** Undefined where the product, at any step of ggml's order, cannot be told exactly. */
function countElements(shape: readonly number[]): number | undefined {
  let elements = 1;
  for (const dimension of shape) {
    elements *= dimension;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  return elements;
}

/** Where the tensor after one that ends at `end` begins: ggml pads every tensor. */
export function nextTensorOffset(end: number, alignment: number): number | Fault {
  const next = padTo(end, alignment);
  if (Number.isSafeInteger(next)) return next;
  return tooLarge("the tensors before and up to it sum up to 2^53 bytes");
}

function tooLarge(reason: string): Fault {
  return { code: "tensor-too-large", reason };
}
