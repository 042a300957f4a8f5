import {
  fail,
  need,
  problemAt,
  readU32,
  readU64,
  skipString,
  type Cursor,
  type Parse,
} from "./cursor.ts";
import type { TensorInfo } from "../format/gguf.ts";
import type { GgufErrorCode, Problem } from "../format/gguf-error.ts";
import { decodeUtf8, exactLengthAt, lengthAt } from "../format/header-bytes.ts";
import { MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from "../format/limits.ts";
import { padTo } from "../format/padding.ts";
import {
  REMOVED_TENSOR_TYPES,
  TENSOR_TYPES,
  tensorTypeName,
  type TensorTypeName,
} from "../format/tensor-type.ts";

// Beyond this many dimensions the number is no number of dimensions, and what follows is lost.
const MOST_DIMENSIONS_TO_PASS = 64;

/**
 * Reads the tensor infos. Their offsets must be the running sum of their sizes, each padded to
 * `alignment`, as llama.cpp demands. A tensor whose size cannot be told is reported and left out.
 */
export function* readTensorInfos(
  cursor: Cursor,
  count: number,
  alignment: number,
): Parse<TensorInfo[]> {
  const tensors: TensorInfo[] = [];
  const names = new Set<string>();
  // Unknown after a tensor of unknown size: the next offset is then taken as it is.
  let expectedOffset: number | undefined = 0;
  for (let index = 0; index < count; index++) {
    const name = yield* readName(cursor, index, names);
    const shape = yield* readShape(cursor);
    const type = yield* readType(cursor);
    const size = type && shape && sizeOf(cursor, type, shape);
    const offset: number = yield* readOffset(cursor, expectedOffset);
    expectedOffset = size && nextOffset(cursor, offset + size.bytes, alignment);
    if (type && shape && size) tensors.push({ name, shape, type, offset, ...size });
  }
  cursor.tensor = undefined;
  return tensors;
}

function* readName(cursor: Cursor, index: number, names: Set<string>): Parse<string> {
  const offset = cursor.position;
  cursor.tensor = undefined;
  const start = yield* skipString(cursor, `the name of tensor ${index}`);
  const length = cursor.position - start;
  const name = decodeUtf8(cursor.header.bytes, start, cursor.position);
  cursor.tensor = name;
  if (length > MAX_TENSOR_NAME_BYTES) {
    const reason = `the name has ${length} bytes, more than ${MAX_TENSOR_NAME_BYTES}`;
    const sizes = { expected: MAX_TENSOR_NAME_BYTES, got: length };
    report(cursor, "tensor-name-too-long", reason, { offset, ...sizes });
  }
  if (names.has(name)) report(cursor, "duplicate-tensor", "the name occurs twice", { offset });
  names.add(name);
  return name;
}

function* readShape(cursor: Cursor): Parse<number[] | undefined> {
  const offset = cursor.position;
  const dimensions = yield* readU32(cursor, "the number of dimensions");
  if (dimensions > MAX_DIMENSIONS) {
    const reason = `${dimensions} dimensions, at most ${MAX_DIMENSIONS}`;
    const details = { offset, expected: MAX_DIMENSIONS, got: dimensions };
    if (dimensions > MOST_DIMENSIONS_TO_PASS) fail(cursor, "too-many-dimensions", reason, details);
    report(cursor, "too-many-dimensions", reason, details);
  }
  const { header } = cursor;
  yield* need(cursor, dimensions * header.lengthBytes, "the dimensions");
  const start = cursor.position;
  const shape = Array.from({ length: dimensions }, (_, index) =>
    lengthAt(header, start + index * header.lengthBytes),
  );
  const isCountable = shape.every((_, index) => isDimension(cursor, index));
  cursor.position += dimensions * header.lengthBytes;
  return isCountable && dimensions <= MAX_DIMENSIONS ? shape : undefined;
}

/** ggml takes dimensions as signed: from 2^63 on they are negative. From 2^53 on we can't count. */
function isDimension(cursor: Cursor, index: number): boolean {
  const { header, position } = cursor;
  const offset = position + index * header.lengthBytes;
  if (Number.isSafeInteger(lengthAt(header, offset))) return true;
  const got = exactLengthAt(header, offset);
  report(cursor, "bad-dimension", `dimension ${index} is ${got}, at most 2^53 - 1`, {
    offset,
    got,
  });
  return false;
}

function* readType(cursor: Cursor): Parse<TensorTypeName | undefined> {
  const offset = cursor.position;
  const id = yield* readU32(cursor, "the tensor type");
  const type = tensorTypeName(id);
  if (type !== undefined) return type;
  const removed = REMOVED_TENSOR_TYPES.get(id);
  if (removed === undefined) {
    report(cursor, "bad-tensor-type", `unknown tensor type ${id}`, { offset, got: id });
  } else {
    const reason = `tensor type ${id} (${removed}) was removed from ggml`;
    report(cursor, "removed-tensor-type", reason, { offset, got: id });
  }
  return undefined;
}

function sizeOf(
  cursor: Cursor,
  type: TensorTypeName,
  shape: readonly number[],
): { elements: number; bytes: number } | undefined {
  const elements = countElements(shape);
  if (elements === undefined) {
    const reason = `shape [${shape.join(", ")}] has 2^53 elements or more`;
    return report(cursor, "too-many-elements", reason);
  }
  const { blockSize, blockBytes } = TENSOR_TYPES[type];
  const row = shape[0] ?? 1;
  if (row % blockSize !== 0) {
    const reason = `rows of ${row} do not divide into ${type}'s ${blockSize}`;
    return report(cursor, "bad-row-length", reason, { expected: blockSize, got: row });
  }
  const bytes = (elements / blockSize) * blockBytes;
  if (Number.isSafeInteger(bytes)) return { elements, bytes };
  const reason = `${elements} elements of ${type} take 2^53 bytes or more`;
  return report(cursor, "tensor-too-large", reason);
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

function* readOffset(cursor: Cursor, expected: number | undefined): Parse<number> {
  const place = cursor.position;
  const offset = yield* readU64(cursor, "the offset");
  if (expected !== undefined && offset !== expected) {
    const reason = `offset ${offset}, expected ${expected} from the tensors before it`;
    report(cursor, "bad-tensor-offset", reason, { offset: place, expected, got: offset });
  }
  return offset;
}

function nextOffset(cursor: Cursor, end: number, alignment: number): number | undefined {
  const next = padTo(end, alignment);
  if (Number.isSafeInteger(next)) return next;
  const reason = "the tensors before and up to it sum up to 2^53 bytes";
  return report(cursor, "tensor-too-large", reason);
}

function report(
  cursor: Cursor,
  code: GgufErrorCode,
  reason: string,
  details?: Partial<Problem>,
): undefined {
  cursor.report(problemAt(cursor, code, reason, details));
  return undefined;
}

/** Reports the first tensor whose bytes are not all in the file, where its size is known. */
export function checkTensorsWithinFile(
  cursor: Cursor,
  tensors: readonly TensorInfo[],
  dataOffset: number,
): void {
  const { fileSize } = cursor.header;
  // A file without tensors may end unpadded: it has no data that could start anywhere.
  if (fileSize === undefined || tensors.length === 0) return;
  if (dataOffset > fileSize) {
    const reason = `the data should start at byte ${dataOffset}, the file has ${fileSize} bytes`;
    const details = { expected: dataOffset, got: fileSize };
    report(cursor, "data-start-beyond-file", reason, details);
    return;
  }
  const cut = tensors.filter(({ offset, bytes }) => dataOffset + offset + bytes > fileSize);
  const [first] = cut;
  if (!first) return;
  const end = dataOffset + first.offset + first.bytes;
  const others = cut.length > 1 ? `, as are ${cut.length - 1} others` : "";
  report(
    cursor,
    "tensor-beyond-file",
    `its data ends at byte ${end}, the file has ${fileSize} bytes: it is cut short${others}`,
    { offset: dataOffset + first.offset, tensor: first.name, expected: end, got: fileSize },
  );
}
