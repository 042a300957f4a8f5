import { writeFileSync } from "node:fs";

import { buildGguf } from "@ggufkit/fixtures";

// Gemma's vocabulary, the largest common one, and about as many tensors as the largest models have.
const TOKENS = 262_144;
const TENSORS = 1200;

/**
 * A file that is little but header.
 * @typedef {object} HeaderFile
 * @property {string} path
 * @property {Uint8Array<ArrayBuffer>} bytes
 * @property {string} description
 */

/**
 * Writes a file with the header of a large model.
 * @param {string} path
 * @returns {HeaderFile}
 */
export function writeHeader(path) {
  const tokens = Array.from({ length: TOKENS }, (_, index) => `▁token ${index}`);
  const merges = Array.from({ length: TOKENS }, (_, index) => `t ${index}`);
  const bytes = Uint8Array.from(
    buildGguf({
      kv: [
        ["general.architecture", "string", "llama"],
        ["tokenizer.ggml.tokens", "string[]", tokens],
        ["tokenizer.ggml.merges", "string[]", merges],
      ],
      tensors: Array.from({ length: TENSORS }, (_, index) => ({
        name: `blk.${index}.attn_output.weight`,
        shape: [32],
        type: "F32",
      })),
    }),
  );
  writeFileSync(path, bytes);
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
  const description = `${size}, two arrays of ${TOKENS} strings, ${TENSORS} tensors`;
  return { path, bytes, description };
}
