import { buildGguf, type BuildKv, type BuildOptions, type BuildTensor } from "@ggufkit/fixtures";

import { bytesSource, chatTemplateOf, describe, type ReadLimits, validate } from "../src/index.ts";

/** Work whose time should grow as its size does. */
export interface Task {
  readonly size: number;
  /** Makes the work of so many; what that takes does not count. */
  readonly prepare: (count: number) => Promise<() => unknown>;
}

/** More KV pairs than are read by default, to see how time grows. */
const MANY: Partial<ReadLimits> = { maxKvPairs: 2 ** 20 };

/** Reads, checks and describes a file. */
function whole(options: (count: number) => BuildOptions, size: number): Task {
  return {
    size,
    prepare: async (count) => {
      const source = bytesSource(buildGguf(options(count)));
      return async () => {
        const { gguf, fatal } = await validate(source, { limits: MANY });
        if (gguf === undefined) throw fatal ?? new Error("nothing was read");
        describe(gguf);
      };
    },
  };
}

function tensors(count: number, name: (index: number) => string): BuildOptions {
  return {
    kv: [
      ["general.architecture", "string", "llama"],
      ["llama.block_count", "u32", 512],
    ],
    tensors: Array.from({ length: count }, (_, index): BuildTensor => ({
      name: name(index),
      shape: [0],
      type: "F32",
    })),
  };
}

function pairs(count: number, key: (index: number) => string): BuildOptions {
  return { kv: Array.from({ length: count }, (_, index): BuildKv => [key(index), "u8", 1]) };
}

function template(unit: string): Task {
  return {
    size: 2 ** 14 / unit.length,
    prepare: async (count) => {
      const text = `{{ ${unit.repeat(count)} }}`.slice(0, 2 ** 17);
      return () => chatTemplateOf(text);
    },
  };
}

const LONGEST_KEY = 2 ** 14 - 1;

/** What is measured. */
export const WORK: Readonly<Record<string, Task>> = {
  tensors: whole(
    (count) => tensors(count, (index) => `blk.${index & 511}.${index}.weight`),
    2 ** 17,
  ),
  "a block each": whole((count) => tensors(count, (index) => `blk.${index}.weight`), 2 ** 14),
  "tensors of one name": whole((count) => tensors(count, () => "name"), 2 ** 14),
  "tensors of long names": whole(
    (count) => tensors(count, (index) => `${"blk.".repeat(400)}${index}`),
    2 ** 10,
  ),
  "KV pairs": whole((count) => pairs(count, (index) => `key.${index}`), 2 ** 14),
  "KV pairs of one key": whole((count) => pairs(count, () => "key"), 2 ** 14),
  "KV pairs of long keys": whole(
    (count) => pairs(count, (index) => String(index).padStart(LONGEST_KEY, "k")),
    2 ** 8,
  ),
  "keys like those of tokens": whole(
    (count) => pairs(count, (index) => `tokenizer.ggml.${"_token_id".repeat(100)}${index}`),
    2 ** 10,
  ),
  "text that is no UTF-8": whole(
    (count) => ({ kv: [["general.name", "string", new Uint8Array(count).fill(0xbf)]] }),
    2 ** 22,
  ),
  "strings in place of layers": whole(
    (count) => ({ kv: [["llama.expert_used_count", "string[]", Array<string>(count).fill("1")]] }),
    2 ** 14,
  ),
  "template: parentheses": template("("),
  "template: lists": template("[1, "),
  "template: members": template("a.b['c']"),
  "template: conditions": template("a if not a and b else "),
  "template: blanks": template(" \t"),
  "template: statements": template("}}{% if enable_thinking %}<think>{% endif %}{{"),
};
