import { fail, need, readLength, type Cursor, type Parse } from "./cursor.ts";
import { describeForeignFile, SIGNATURE_BYTES } from "./foreign-file.ts";
import type { Gguf } from "../format/gguf.ts";
import { ALIGNMENT_KEY, alignmentIn } from "../format/alignment.ts";
import { isFault, type GgufErrorCode } from "../format/gguf-error.ts";
import { exactLengthAt, type HeaderBytes } from "../format/header-bytes.ts";
import { readKvPairs } from "./kv-parser.ts";
import { pieceHint } from "./piece-name.ts";
import { DEFAULT_ALIGNMENT } from "../format/limits.ts";
import { padTo } from "../format/padding.ts";
import { checkTensorsWithinFile, readTensorInfos } from "./tensor-parser.ts";

// "GGUF" in either byte order: it is written as bytes.
const MAGIC = [0x47, 0x47, 0x55, 0x46] as const;
// A key of one byte, the value type and a value of one byte, beside the length.
const SMALLEST_KV_PAIR = 1 + 4 + 1;
// An empty name, no dimensions, the type and the offset, beside the length.
const SMALLEST_TENSOR_INFO = 4 + 4 + 8;

/**
 * Parses a header:
 *
 * 1. magic `GGUF` (4 bytes)
 * 2. version (u32)
 * 3. number of tensors (u64; u32 in version 1, like every length and count)
 * 4. number of KV pairs (u64)
 * 5. the KV pairs: key (string), value type (u32), value
 * 6. the tensor infos: name (string), n_dims (u32), dimensions (u64 each), type (u32), offset (u64)
 * 7. padding to `general.alignment`; the data section begins here
 *
 * A string is its length (u64) and its bytes. An array is its element type (u32), its length (u64)
 * and its elements.
 *
 * @throws {GgufError} what `cursor.report` throws, and where parsing cannot go on
 */
export function* parseHeader(
  header: HeaderBytes,
  options: Pick<Cursor, "limits" | "report" | "file">,
): Parse<Gguf> {
  const cursor: Cursor = { header, ...options, position: 0, key: undefined, tensor: undefined };
  const version = yield* readVersion(cursor);
  const { limits } = cursor;
  const tensorCount = yield* readCount(
    cursor,
    "bad-tensor-count",
    "tensor",
    limits.maxTensors,
    SMALLEST_TENSOR_INFO,
  );
  const kvCount = yield* readCount(
    cursor,
    "bad-kv-count",
    "KV",
    limits.maxKvPairs,
    SMALLEST_KV_PAIR,
  );
  const { kv, spans } = yield* readKvPairs(cursor, kvCount);
  const alignment = checkedAlignment(cursor, kv);
  const tensorInfos = cursor.position;
  const tensors = yield* readTensorInfos(cursor, tensorCount, alignment);
  const headerBytes = cursor.position;
  const dataOffset = padTo(headerBytes, alignment);
  checkTensorsWithinFile(cursor, tensors, dataOffset);
  return {
    version,
    byteOrder: header.littleEndian ? "little" : "big",
    alignment,
    kv,
    tensors,
    headerBytes,
    dataOffset,
    fileSize: header.fileSize,
    raw: {
      bytes: header.bytes.subarray(0, headerBytes),
      kv: spans,
      tensorInfos: [tensorInfos, headerBytes],
    },
  };
}

function* readVersion(cursor: Cursor): Parse<1 | 2 | 3> {
  const { header } = cursor;
  if (header.bytes.length < MAGIC.length) yield MAGIC.length;
  if (header.bytes.length === 0) fail(cursor, { code: "empty-file", reason: "the file is empty" });
  if (MAGIC.some((byte, index) => header.bytes[index] !== byte)) {
    yield SIGNATURE_BYTES;
    const found = describeForeignFile(header.bytes.subarray(0, SIGNATURE_BYTES));
    const reason = `not a GGUF file but ${found}${pieceHint(cursor.file)}`;
    fail(cursor, { code: "not-gguf", reason, got: found });
  }
  cursor.position = MAGIC.length;
  yield* need(cursor, 4, "the version");
  // No version reaches 2^16, so that the zeros of a small number in the other order give it away.
  header.littleEndian = (header.view.getUint32(cursor.position, true) & 0xffff) !== 0;
  const version = header.view.getUint32(cursor.position, header.littleEndian);
  if (version !== 1 && version !== 2 && version !== 3) {
    const reason = `version ${version} is unknown, expected 1, 2 or 3`;
    fail(cursor, { code: "unsupported-version", reason, got: version });
  }
  cursor.position += 4;
  header.lengthBytes = version === 1 ? 4 : 8;
  return version;
}

function* readCount(
  cursor: Cursor,
  code: GgufErrorCode,
  what: string,
  limit: number,
  smallest: number,
): Parse<number> {
  const offset = cursor.position;
  const count = yield* readLength(cursor, `the ${what} count`);
  if (count > limit) {
    const got = exactLengthAt(cursor.header, offset);
    const reason = `${what} count ${got} is more than the limit of ${limit}`;
    fail(cursor, { code, reason, expected: limit, got }, offset);
  }
  // Every entry begins with a length too.
  const least = count * (smallest + cursor.header.lengthBytes);
  const left = (cursor.header.fileSize ?? Infinity) - cursor.position;
  if (least > left) {
    const reason = `${count} ${what} entries need at least ${least} bytes; ${left} are left`;
    fail(cursor, { code: "truncated", reason, expected: least, got: left }, offset);
  }
  return count;
}

function checkedAlignment(cursor: Cursor, kv: Gguf["kv"]): number {
  const alignment = alignmentIn(kv);
  if (!isFault(alignment)) return alignment;
  cursor.report({ ...alignment, key: ALIGNMENT_KEY });
  return DEFAULT_ALIGNMENT;
}
