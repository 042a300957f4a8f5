import { fail, need, readU32, report, skipString, type Cursor, type Parse } from "./cursor.ts";
import { pieceHint } from "./piece-name.ts";
import type { TensorInfo } from "../format/gguf.ts";
import { isFault, type Fault } from "../format/gguf-error.ts";
import { decodeUtf8, exactLengthAt, exactU64At, lengthAt, u64At } from "../format/header-bytes.ts";
import {
  dimensionFault,
  dimensionsFault,
  DUPLICATE_TENSOR,
  nameFault,
  nextTensorOffset,
  tensorSize,
} from "../format/tensor-rules.ts";
import {
  REMOVED_TENSOR_TYPES,
  tensorTypeName,
  type TensorTypeName,
} from "../format/tensor-type.ts";

// Beyond this many dimensions the number is no number of dimensions, and what follows is lost.
const MOST_DIMENSIONS_TO_PASS = 64;

/**
 * Reads the tensor infos. Their offsets must be the running sum of their sizes, each padded to
 * `alignment`, as llama.cpp demands. A tensor whose size or end cannot be told is reported and left
 * out.
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
    const size = type && shape && orReport(cursor, tensorSize(type, shape));
    const offset: number = yield* readOffset(cursor, expectedOffset);
    expectedOffset = size && orReport(cursor, nextTensorOffset(offset + size.bytes, alignment));
    if (type && shape && size && expectedOffset !== undefined)
      tensors.push({ name, shape, type, offset, ...size });
  }
  cursor.tensor = undefined;
  return tensors;
}

function* readName(cursor: Cursor, index: number, names: Set<string>): Parse<string> {
  const offset = cursor.position;
  cursor.tensor = undefined;
  const { maxNameBytes } = cursor.limits;
  const start = yield* skipString(cursor, `the name of tensor ${index}`, maxNameBytes);
  const name = decodeUtf8(cursor.header.bytes, start, cursor.position);
  cursor.tensor = name;
  const tooLong = nameFault(cursor.position - start);
  if (tooLong) report(cursor, tooLong, offset);
  if (names.has(name)) report(cursor, DUPLICATE_TENSOR, offset);
  names.add(name);
  return name;
}

function* readShape(cursor: Cursor): Parse<number[] | undefined> {
  const offset = cursor.position;
  const dimensions = yield* readU32(cursor, "the number of dimensions");
  const tooMany = dimensionsFault(dimensions);
  if (tooMany && dimensions > MOST_DIMENSIONS_TO_PASS) fail(cursor, tooMany, offset);
  if (tooMany) report(cursor, tooMany, offset);
  const { lengthBytes } = cursor.header;
  yield* need(cursor, dimensions * lengthBytes, "the dimensions");
  const shape: number[] = [];
  for (let index = 0; index < dimensions; index++) {
    const dimension = dimensionAt(cursor, index, cursor.position + index * lengthBytes);
    if (dimension !== undefined) shape.push(dimension);
  }
  cursor.position += dimensions * lengthBytes;
  return shape.length === dimensions && !tooMany ? shape : undefined;
}

function dimensionAt(cursor: Cursor, index: number, offset: number): number | undefined {
  const dimension = lengthAt(cursor.header, offset);
  if (Number.isSafeInteger(dimension)) return dimension;
  const fault = dimensionFault(index, exactLengthAt(cursor.header, offset));
  return fault && report(cursor, fault, offset);
}

function* readType(cursor: Cursor): Parse<TensorTypeName | undefined> {
  const offset = cursor.position;
  const id = yield* readU32(cursor, "the tensor type");
  const type = tensorTypeName(id);
  if (type !== undefined) return type;
  const removed = REMOVED_TENSOR_TYPES.get(id);
  const [code, reason] =
    removed === undefined
      ? (["bad-tensor-type", `unknown tensor type ${id}`] as const)
      : (["removed-tensor-type", `tensor type ${id} (${removed}) was removed from ggml`] as const);
  return report(cursor, { code, reason, got: id }, offset);
}

/** Reads an offset: a u64 in every version. */
function* readOffset(cursor: Cursor, expected: number | undefined): Parse<number> {
  const { header, position } = cursor;
  yield* need(cursor, 8, "the offset");
  const offset = u64At(header, position);
  cursor.position += 8;
  if (expected === undefined || offset === expected) return offset;
  const got = exactU64At(header, position);
  const reason = `offset ${got}, expected ${expected} from the tensors before it`;
  report(cursor, { code: "bad-tensor-offset", reason, expected, got }, position);
  return offset;
}

function orReport<Result extends number | object>(
  cursor: Cursor,
  result: Result | Fault,
): Result | undefined {
  return isFault(result) ? report(cursor, result) : result;
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
    const sizes = { expected: dataOffset, got: fileSize };
    return report(cursor, { code: "data-start-beyond-file", reason, ...sizes });
  }
  const cut = tensors.filter(({ offset, bytes }) => dataOffset + offset + bytes > fileSize);
  const [first] = cut;
  if (!first) return;
  const end = dataOffset + first.offset + first.bytes;
  const short = cut.length > 1 ? `one of ${cut.length} tensors that are cut short` : "cut short";
  const reason = `its data ends at byte ${end}, the file has ${fileSize} bytes: it is ${short}`;
  cursor.tensor = first.name;
  const fault: Fault = {
    code: "tensor-beyond-file",
    reason: reason + pieceHint(cursor.file),
    expected: end,
    got: fileSize,
  };
  report(cursor, fault, dataOffset + first.offset);
}
