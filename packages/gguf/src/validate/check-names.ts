import type { Gguf } from "../format/gguf.ts";
import { finding, type Finding } from "./finding.ts";

/** Checks keys, tensor names and the text of string values. Tokens may be of any bytes. */
export function* checkNames({ kv, tensors }: Gguf): Iterable<Finding> {
  for (const [key, value] of kv) {
    yield* checkName(key, "the key", { key });
    if (value.type === "string" && !isUtf8(value.bytes))
      yield finding("warning", "bad-utf8", "the value is not valid UTF-8", { key });
  }
  for (const { name: tensor } of tensors) {
    if (tensor === "") yield finding("warning", "empty-name", "the name is empty", { tensor });
    yield* checkName(tensor, "the name", { tensor });
  }
}

const REPLACEMENT = "\ufffd";

function* checkName(
  name: string,
  what: string,
  place: Pick<Finding, "key" | "tensor">,
): Iterable<Finding> {
  // llama.cpp looks names up as C strings.
  if (name.includes("\0"))
    yield finding("error", "nul-in-name", `llama.cpp reads ${what} up to its NUL byte`, place);
  // They cannot be told apart or looked up in most languages.
  if (name.includes(REPLACEMENT))
    yield finding("warning", "bad-utf8", `${what} is not valid UTF-8`, place);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
// In pieces, so that a hostile string is never held a second time.
const PIECE_BYTES = 2 ** 16;

function isUtf8(bytes: Uint8Array): boolean {
  try {
    for (let start = 0, end = 0; start < bytes.length; start = end) {
      end = pieceEnd(bytes, start + PIECE_BYTES);
      utf8.decode(bytes.subarray(start, end));
    }
    return true;
  } catch {
    return false;
  }
}

/** Not within a character, which has up to three bytes `10xxxxxx` after its first. */
function pieceEnd(bytes: Uint8Array, wanted: number): number {
  const back = [0, 1, 2, 3].find((count) => !isContinuation(bytes[wanted - count]));
  return wanted - (back ?? 0);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
