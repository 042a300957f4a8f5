import type { Gguf, TensorInfo } from "../format/gguf.ts";
import { padTo } from "../format/padding.ts";
import { finding, type Finding } from "./finding.ts";

/** Checks what concerns the file as a whole. */
export function* checkFile(gguf: Gguf): Iterable<Finding> {
  if (gguf.version === 1)
    yield finding("error", "old-version", "version 1 is no longer read by llama.cpp", { got: 1 });
  yield* checkEnd(gguf);
  yield* checkNames(gguf);
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

const REPLACEMENT = "\ufffd";

/** Names in bad UTF-8 cannot be told apart or looked up in most languages. Tokens may have it. */
function* checkNames({ kv, tensors }: Gguf): Iterable<Finding> {
  for (const [key, value] of kv) {
    if (key.includes(REPLACEMENT))
      yield finding("warning", "bad-utf8", "the key is not valid UTF-8", { key });
    if (value.type === "string" && value.value.includes(REPLACEMENT) && !isUtf8(value.bytes))
      yield finding("warning", "bad-utf8", "the value is not valid UTF-8", { key });
  }
  for (const { name } of tensors)
    if (name.includes(REPLACEMENT))
      yield finding("warning", "bad-utf8", "the name is not valid UTF-8", { tensor: name });
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
