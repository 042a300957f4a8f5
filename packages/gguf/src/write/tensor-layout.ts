import { GgufError, isFault, type Fault } from "../format/gguf-error.ts";
import type { TensorInfo } from "../format/gguf.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import { padTo } from "../format/padding.ts";
import {
  dimensionFault,
  dimensionsFault,
  DUPLICATE_TENSOR,
  nameFault,
  nextTensorOffset,
  tensorSize,
  type TensorSize,
} from "../format/tensor-rules.ts";
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
  return tensors.map((tensor) => {
    const { name, shape, type } = tensor;
    checkName(name, names);
    const size = sizeOf(tensor);
    const paddedBytes = padTo(size.bytes, alignment);
    const planned: PlannedTensor = { name, shape: [...shape], type, offset, ...size, paddedBytes };
    offset = orRefuse(name, nextTensorOffset(offset + size.bytes, alignment));
    return planned;
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
  const fault = nameFault(checkedString(name).length);
  if (fault) refuse(name, fault);
  if (names.has(name)) refuse(name, DUPLICATE_TENSOR);
  names.add(name);
}

function sizeOf({ name, shape, type }: NewTensor): TensorSize {
  const faults = shape.map((dimension, index) => dimensionFault(index, dimension));
  const fault = dimensionsFault(shape.length) ?? faults.find((found) => found !== undefined);
  if (fault) refuse(name, fault);
  // A JavaScript caller may name a type that there is not.
  if (!Object.hasOwn(TENSOR_TYPES, type))
    refuse(name, { code: "bad-tensor-type", reason: `unknown tensor type ${type}` });
  return orRefuse(name, tensorSize(type, shape));
}

function orRefuse<Result extends number | object>(tensor: string, result: Result | Fault): Result {
  return isFault(result) ? refuse(tensor, result) : result;
}

function refuse(tensor: string, fault: Fault): never {
  throw new GgufError({ ...fault, tensor });
}
