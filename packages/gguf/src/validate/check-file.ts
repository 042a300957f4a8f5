import { ALIGNMENT_KEY } from "../format/alignment.ts";
import type { Gguf, TensorInfo } from "../format/gguf.ts";
import { padTo } from "../format/padding.ts";
import { finding, type Finding } from "./finding.ts";

const LEAST_ALIGNMENT = 8;

/** Checks what concerns the file as a whole. */
export function* checkFile(gguf: Gguf): Iterable<Finding> {
  if (gguf.version === 1)
    yield finding("error", "old-version", "version 1 is no longer read by llama.cpp", { got: 1 });
  if (gguf.byteOrder === "big")
    yield finding("warning", "big-endian", "read by big-endian machines only, which are rare");
  yield* checkAlignment(gguf);
  yield* checkEnd(gguf);
}

/** llama.cpp takes any power of two. */
function* checkAlignment({ alignment }: Gguf): Iterable<Finding> {
  if (alignment % LEAST_ALIGNMENT === 0) return;
  const reason = `${alignment}, which the specification wants to be a multiple of ${LEAST_ALIGNMENT}`;
  const sizes = { expected: LEAST_ALIGNMENT, got: alignment };
  yield finding("warning", "small-alignment", reason, { key: ALIGNMENT_KEY, ...sizes });
}

/** llama.cpp's writer pads the last tensor too; its reader wants no such padding. */
function* checkEnd({
  fileSize,
  tensors,
  dataOffset,
  headerBytes,
  alignment,
}: Gguf): Iterable<Finding> {
  if (fileSize === undefined) return;
  const dataEnd = tensors.reduce((end, tensor) => Math.max(end, endOf(tensor)), 0);
  const end = tensors.length === 0 ? headerBytes : dataOffset + dataEnd;
  const padded = padTo(end, alignment);
  const place = { offset: padded, expected: padded, got: fileSize };
  if (fileSize > padded) {
    const reason = `${fileSize - padded} bytes follow the end of the data`;
    yield finding("warning", "trailing-bytes", reason, place);
  } else if (fileSize < padded && tensors.length > 0 && fileSize >= end) {
    const reason = `the last tensor is not padded to ${alignment} bytes`;
    yield finding("info", "unpadded-end", reason, { ...place, offset: end });
  }
}

function endOf({ offset, bytes }: TensorInfo): number {
  return offset + bytes;
}
