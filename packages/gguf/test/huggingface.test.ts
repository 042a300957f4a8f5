import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildQwen3Model, GGUF_TENSOR_TYPES } from "@ggufkit/fixtures";
import { GGMLFileQuantizationType, GGMLQuantizationType, gguf } from "@huggingface/gguf";
import { describe, expect, it } from "vitest";

import { FILE_TYPES, TENSOR_TYPES } from "../src/index.ts";
import { readGgufFile } from "../src/node.ts";

describe("@huggingface/gguf", () => {
  it("reads the same from a sound file", async () => {
    const directory = await mkdtemp(join(tmpdir(), "ggufkit-gguf-"));
    try {
      const path = join(directory, "tiny.gguf");
      await writeFile(path, buildQwen3Model());
      const ours = await readGgufFile(path);
      const theirs = await gguf(path, { allowLocalFile: true });

      const { version, tensor_count, kv_count, ...kv } = theirs.metadata;
      expect(version).toBe(ours.version);
      expect(tensor_count).toBe(BigInt(ours.tensors.length));
      expect(kv_count).toBe(BigInt(ours.kv.size));
      const plain = [...ours.kv].map(([key, value]) => [
        key,
        value.type === "array" ? value.toArray() : value.value,
      ]);
      expect(Object.fromEntries(plain)).toEqual(kv);
      expect(theirs.tensorDataOffset).toBe(BigInt(ours.dataOffset));
      expect(
        ours.tensors.map(({ name, shape, type, offset }) => ({
          name,
          n_dims: shape.length,
          shape: shape.map(BigInt),
          dtype: TENSOR_TYPES[type].id,
          offset: BigInt(offset),
        })),
      ).toEqual(theirs.tensorInfos);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("gives the same names to the same ids", () => {
    for (const [name, { id }] of Object.entries(TENSOR_TYPES)) {
      const theirs = GGMLQuantizationType[id];
      if (theirs !== undefined) expect(name).toBe(theirs);
    }
    for (const [id, name] of FILE_TYPES) {
      const theirs = GGMLFileQuantizationType[id];
      if (theirs !== undefined) expect(name).toBe(theirs);
    }
    expect(Object.keys(TENSOR_TYPES)).toEqual(Object.keys(GGUF_TENSOR_TYPES));
  });
});
