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
import type { TensorInfo } from "./gguf.ts";
import { decodeUtf8, exactLengthAt, lengthAt } from "./header-bytes.ts";
import { MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from "./limits.ts";
import { padTo } from "./padding.ts";
import {
  REMOVED_TENSOR_TYPES,
  TENSOR_TYPES,
  tensorTypeName,
  type TensorTypeName,
} from "./tensor-type.ts";

/**
 * Reads the tensor infos. Their offsets must be the running sum of their sizes, each padded to
 * `alignment`, as llama.cpp demands.
 */
export function* readTensorInfos(
  cursor: Cursor,
  count: number,
  alignment: number,
): Parse<TensorInfo[]> {
  const tensors: TensorInfo[] = [];
  const names = new Set<string>();
  let expectedOffset = 0;
  for (let index = 0; index < count; index++) {
    const name = yield* readName(cursor, index, names);
    const shape = yield* readShape(cursor);
    const elements = countElements(cursor, shape);
    const type = yield* readType(cursor);
    const bytes = sizeInBytes(cursor, type, shape, elements);
    const offset = yield* readOffset(cursor, expectedOffset);
    expectedOffset = padTo(offset + bytes, alignment);
    if (!Number.isSafeInteger(expectedOffset))
      fail(cursor, "tensor-too-large", "the tensors before and up to it sum up to 2^53 bytes");
    tensors.push({ name, shape, type, offset, bytes, elements });
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
    cursor.report(problemAt(cursor, "tensor-name-too-long", reason, { offset, ...sizes }));
  }
  if (names.has(name))
    cursor.report(problemAt(cursor, "duplicate-tensor", "the name occurs twice", { offset }));
  names.add(name);
  return name;
}

function* readShape(cursor: Cursor): Parse<number[]> {
  const offset = cursor.position;
  const dimensions = yield* readU32(cursor, "the number of dimensions");
  if (dimensions > MAX_DIMENSIONS)
    fail(cursor, "too-many-dimensions", `${dimensions} dimensions, at most ${MAX_DIMENSIONS}`, {
      offset,
      expected: MAX_DIMENSIONS,
      got: dimensions,
    });
  yield* need(cursor, dimensions * cursor.header.lengthBytes, "the dimensions");
  const shape: number[] = [];
  for (let index = 0; index < dimensions; index++) {
    const dimension = lengthAt(cursor.header, cursor.position);
    // ggml takes them as signed: from 2^63 on they are negative. From 2^53 on we could not count.
    if (!Number.isSafeInteger(dimension)) {
      const got = exactLengthAt(cursor.header, cursor.position);
      fail(cursor, "bad-dimension", `dimension ${index} is ${got}, at most 2^53 - 1`, { got });
    }
    shape.push(dimension);
    cursor.position += cursor.header.lengthBytes;
  }
  return shape;
}

function countElements(cursor: Cursor, shape: readonly number[]): number {
  const elements = shape.reduce((product, dimension) => product * dimension, 1);
  if (!Number.isSafeInteger(elements))
    fail(cursor, "too-many-elements", `shape [${shape.join(", ")}] has 2^53 elements or more`);
  return elements;
}

function* readType(cursor: Cursor): Parse<TensorTypeName> {
  const offset = cursor.position;
  const id = yield* readU32(cursor, "the tensor type");
  const type = tensorTypeName(id);
  if (type !== undefined) return type;
  const removed = REMOVED_TENSOR_TYPES.get(id);
  if (removed === undefined)
    return fail(cursor, "bad-tensor-type", `unknown tensor type ${id}`, { offset, got: id });
  const reason = `tensor type ${id} (${removed}) was removed from ggml`;
  return fail(cursor, "removed-tensor-type", reason, { offset, got: id });
}

function sizeInBytes(
  cursor: Cursor,
  type: TensorTypeName,
  shape: readonly number[],
  elements: number,
): number {
  const { blockSize, blockBytes } = TENSOR_TYPES[type];
  const row = shape[0] ?? 1;
  if (row % blockSize !== 0)
    fail(cursor, "bad-row-length", `rows of ${row} do not divide into ${type}'s ${blockSize}`, {
      expected: blockSize,
      got: row,
    });
  const bytes = (elements / blockSize) * blockBytes;
  if (!Number.isSafeInteger(bytes))
    fail(cursor, "tensor-too-large", `${elements} elements of ${type} take 2^53 bytes or more`);
  return bytes;
}

function* readOffset(cursor: Cursor, expected: number): Parse<number> {
  const place = cursor.position;
  const offset = yield* readU64(cursor, "the offset");
  if (offset !== expected) {
    const reason = `offset ${offset}, expected ${expected} from the tensors before it`;
    const details = { offset: place, expected, got: offset };
    cursor.report(problemAt(cursor, "bad-tensor-offset", reason, details));
  }
  return offset;
}

/** Reports the first tensor whose bytes are not all in the file, where its size is known. */
export function checkTensorsWithinFile(
  cursor: Cursor,
  tensors: readonly TensorInfo[],
  dataOffset: number,
): void {
  const { fileSize } = cursor;
  // A file without tensors may end unpadded: it has no data that could start anywhere.
  if (fileSize === undefined || tensors.length === 0) return;
  if (dataOffset > fileSize) {
    const reason = `the data should start at byte ${dataOffset}, the file has ${fileSize} bytes`;
    const details = { expected: dataOffset, got: fileSize };
    cursor.report(problemAt(cursor, "data-start-beyond-file", reason, details));
    return;
  }
  const cut = tensors.find(({ offset, bytes }) => dataOffset + offset + bytes > fileSize);
  if (!cut) return;
  const end = dataOffset + cut.offset + cut.bytes;
  const reason = `its data ends at byte ${end}, the file has ${fileSize} bytes: it is cut short`;
  const details = { offset: dataOffset + cut.offset, tensor: cut.name };
  cursor.report(
    problemAt(cursor, "tensor-beyond-file", reason, { ...details, expected: end, got: fileSize }),
  );
}
