import { NotGgufError } from "./errors.ts";

/** Enough of the beginning to say what came instead of a GGUF file. */
export const MAGIC_SAMPLE = 64;

const GGUF_MAGIC = "GGUF";
const LFS_POINTER = "version https://git-lfs";

/**
 * Checks what a server says that it sends: a network's login page may stand in for any address.
 * @throws NotGgufError
 */
export function assertNoWebPage(contentType: string | null | undefined, file: string): void {
  const isPage = /^text\/html\b/i.test(contentType ?? "");
  if (isPage && /\.gguf$/i.test(file)) throw new NotGgufError(file, "a web page");
}

/**
 * Checks a file's first bytes, so that a login page saved as `.gguf` is refused by name.
 * @throws NotGgufError
 */
export function assertGgufMagic(head: Uint8Array, file: string): void {
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith(GGUF_MAGIC)) return;
  if (text === "") throw new NotGgufError(file, "an empty file");
  if (text.startsWith(LFS_POINTER)) throw new NotGgufError(file, "a Git LFS pointer");
  if (/^\s*(?:<!doctype html|<html|<\?xml)/i.test(text)) throw new NotGgufError(file, "a web page");
  throw new NotGgufError(
    file,
    `bytes that start with ${Buffer.from(head.subarray(0, 4)).toString("hex")}`,
  );
}
