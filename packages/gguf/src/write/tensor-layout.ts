import { GgufError, type GgufErrorCode, type Problem } from "../format/gguf-error.ts";
import type { TensorInfo } from "../format/gguf.ts";
import { DEFAULT_LIMITS, MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from "../format/limits.ts";
import { padTo } from "../format/padding.ts";
import { TENSOR_TYPES } from "../format/tensor-type.ts";
import { checkedString } from "./check-value.ts";

/** A tensor to be written. A `TensorInfo` that was read is one. */
export type NewTensor = Pick<TensorInfo, "name" | "shape" | "type">;

/** Where a tensor will lie. */
export interface PlannedTensor extends TensorInfo {
  /** Size in bytes with the zeros after it, which fill it up to the alignment. */
  readonly paddedBytes: number;
}

/**
 * Lays tensors out one after the other, each padded to `alignment`, the last one too. What the
 * reader refuses is refused.
 *
 * @throws {GgufError} `bad-tensor-count`, `tensor-name-too-long`, `duplicate-tensor`,
 * `too-many-dimensions`, `bad-dimension`, `too-many-elements`, `bad-tensor-type`, `bad-row-length`,
 * `tensor-too-large`
 */
export function layOutTensors(tensors: readonly NewTensor[], alignment: number): PlannedTensor[] {
  checkCount(tensors.length);
  const names = new Set<string>();
  let offset = 0;
  return tensors.map(({ name, shape, type }) => {
    checkName(name, names);
    const size = sizeOf({ name, shape, type });
    const paddedBytes = padTo(size.bytes, alignment);
    const planned: PlannedTensor = { name, shape: [...shape], type, offset, ...size, paddedBytes };
    offset += paddedBytes;
    if (Number.isSafeInteger(offset)) return planned;
    const reason = "the tensors before and up to it sum up to 2^53 bytes";
    return refuse(name, "tensor-too-large", reason);
  });
}

function checkCount(count: number): void {
  const { maxTensors } = DEFAULT_LIMITS;
  if (count <= maxTensors) return;
  const reason = `${count} tensors, more than the limit of ${maxTensors}`;
  const sizes = { expected: maxTensors, got: count };
  throw new GgufError({ code: "bad-tensor-count", reason, ...sizes });
}

function checkName(name: string, names: Set<string>): void {
  const { length } = checkedString(name);
  if (length > MAX_TENSOR_NAME_BYTES)
    refuse(
      name,
      "tensor-name-too-long",
      `the name has ${length} bytes, more than ${MAX_TENSOR_NAME_BYTES}`,
      { expected: MAX_TENSOR_NAME_BYTES, got: length },
    );
  if (names.has(name)) refuse(name, "duplicate-tensor", "the name occurs twice");
  names.add(name);
}

function sizeOf({ name, shape, type }: NewTensor): { elements: number; bytes: number } {
  if (shape.length > MAX_DIMENSIONS) {
    const reason = `${shape.length} dimensions, at most ${MAX_DIMENSIONS}`;
    const sizes = { expected: MAX_DIMENSIONS, got: shape.length };
    refuse(name, "too-many-dimensions", reason, sizes);
  }
  const elements = countElements(name, shape);
  // A JavaScript caller may name a type that there is not.
  if (!Object.hasOwn(TENSOR_TYPES, type))
    refuse(name, "bad-tensor-type", `unknown tensor type ${type}`);
  const { blockSize, blockBytes } = TENSOR_TYPES[type];
  const row = shape[0] ?? 1;
  if (row % blockSize !== 0) {
    const reason = `rows of ${row} do not divide into ${type}'s ${blockSize}`;
    refuse(name, "bad-row-length", reason, { expected: blockSize, got: row });
  }
  const bytes = (elements / blockSize) * blockBytes;
  if (Number.isSafeInteger(bytes)) return { elements, bytes };
  const reason = `${elements} elements of ${type} take 2^53 bytes or more`;
  return refuse(name, "tensor-too-large", reason);
}

function countElements(name: string, shape: readonly number[]): number {
  let elements = 1;
  for (const [index, dimension] of shape.entries()) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) {
      const reason = `dimension ${index} is ${dimension}, expected an integer from 0 to 2^53 - 1`;
      refuse(name, "bad-dimension", reason, { got: dimension });
    }
    elements *= dimension;
    if (!Number.isSafeInteger(elements))
      refuse(name, "too-many-elements", `shape [${shape.join(", ")}] has 2^53 elements or more`);
  }
  return elements;
}

function refuse(
  tensor: string,
  code: GgufErrorCode,
  reason: string,
  details: Partial<Problem> = {},
): never {
  throw new GgufError({ code, reason, tensor, ...details });
}
