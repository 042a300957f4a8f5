import { decodeUtf8 } from "../format/header-bytes.ts";

/** How many bytes from the start `describeForeignFile` wants, if the file has them. */
export const SIGNATURE_BYTES = 512;

const SIGNATURES: readonly (readonly [bytes: string, description: string])[] = [
  ["FUGG", "a GGUF file whose magic was written backwards"],
  ["tjgg", "a GGJT file, llama.cpp's format before GGUF: it must be converted anew"],
  ["fmgg", "a GGMF file, llama.cpp's format before GGUF: it must be converted anew"],
  ["lmgg", "a GGML file, llama.cpp's format before GGUF: it must be converted anew"],
  ["algg", "a GGLA adapter, llama.cpp's format before GGUF: it must be converted anew"],
  ["PK\u0003\u0004", "a ZIP archive (PyTorch checkpoints are ZIP archives too)"],
  ["\u0080\u0002", "a Python pickle, probably a PyTorch checkpoint"],
  ["\u001f\u008b", "gzip data"],
  ["\u0028\u00b5\u002f\u00fd", "Zstandard data"],
  ["\u00fd7zXZ", "xz data"],
  ["\u0089HDF", "an HDF5 file"],
  ["\u007fELF", "an ELF program"],
  ["%PDF", "a PDF document"],
];

/**
 * What a file without the GGUF magic seems to be, as a noun phrase for a message. `start` holds its
 * first bytes, `SIGNATURE_BYTES` of them unless the file is shorter.
 */
export function describeForeignFile(start: Uint8Array): string {
  const latin1 = Array.from(start.subarray(0, 8), (byte) => String.fromCharCode(byte)).join("");
  const signature = SIGNATURES.find(([bytes]) => latin1.startsWith(bytes));
  if (signature) return signature[1];
  if (start.every((byte) => byte === 0)) return "zeros, probably of a download that never finished";
  // safetensors: u64 length of a JSON object, then the object
  if (start[8] === 0x7b && start[6] === 0 && start[7] === 0) return "a safetensors file";
  return describeText(decodeUtf8(start, 0, Math.min(start.length, SIGNATURE_BYTES)).trimStart());
}

function describeText(text: string): string {
  if (text.startsWith("version https://git-lfs.github.com/spec/")) {
    const size = /^size (\d+)$/m.exec(text)?.[1];
    const real = size === undefined ? "" : ` to a file of ${size} bytes`;
    return `a Git LFS pointer${real}: fetch the file itself with "git lfs pull"`;
  }
  if (/^<(!doctype html|html|head|!--)/i.test(text))
    return "an HTML page, probably an error or login page saved in place of the file";
  if (text.startsWith("<")) return "XML, probably an error message saved in place of the file";
  if (/^[{[]\s*["{[\]}]/.test(text)) return "JSON";
  return /^[\t\n\r\u0020-\u007e]+$/.test(text) ? "a text file" : "an unknown format";
}
