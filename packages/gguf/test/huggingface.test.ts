import { readFile } from "node:fs/promises";

import { GGUF_TENSOR_TYPES } from "@ggufkit/fixtures";
import * as theirs from "@huggingface/gguf";
import { describe, expect, expectTypeOf, it } from "vitest";

import * as ours from "../src/huggingface.ts";
import { FILE_TYPES, TENSOR_TYPES } from "../src/index.ts";

describe("what @ggufkit/gguf/huggingface exports", () => {
  it("is every value that @huggingface/gguf exports", () => {
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted());
    const { gguf, ggufAllShards, serializeGgufMetadata, buildGgufHeader, ...others } = theirs;
    expect(ours).toMatchObject(others);
    for (const own of [gguf, ggufAllShards, serializeGgufMetadata, buildGgufHeader])
      expect(Object.values(ours)).not.toContain(own);
  });

  it("can stand wherever theirs stands", () => {
    const switched: Omit<typeof theirs, "default"> = ours;
    expect(switched).toBe(ours);
    expectTypeOf<ours.Architecture>().toEqualTypeOf<theirs.Architecture>();
    expectTypeOf<ours.GGUFMetadata>().toEqualTypeOf<theirs.GGUFMetadata>();
    expectTypeOf<ours.GGUFMetadataOptions>().toEqualTypeOf<theirs.GGUFMetadataOptions>();
    expectTypeOf<ours.GGUFParseOutput>().toEqualTypeOf<theirs.GGUFParseOutput>();
    expectTypeOf<ours.GgufShardFileInfo>().toEqualTypeOf<theirs.GgufShardFileInfo>();
    expectTypeOf<ours.GGUFTensorInfo>().toEqualTypeOf<theirs.GGUFTensorInfo>();
    expectTypeOf<ours.GGUFTypedMetadata>().toEqualTypeOf<theirs.GGUFTypedMetadata>();
    expectTypeOf<ours.MetadataBaseValue>().toEqualTypeOf<theirs.MetadataBaseValue>();
    expectTypeOf<ours.MetadataValue>().toEqualTypeOf<theirs.MetadataValue>();
    expectTypeOf<ours.Version>().toEqualTypeOf<theirs.Version>();
  });

  it("gives the options the results that theirs give", () => {
    type Params = Parameters<typeof theirs.gguf>[1];
    expectTypeOf<Params>().toExtend<Parameters<typeof ours.gguf>[1]>();
    const both = { typedMetadata: true, computeParametersCount: true } as const;
    const read = (): unknown => {
      const result = ours.gguf("", both);
      expectTypeOf(result).resolves.toHaveProperty("parameterCount").toBeNumber();
      expectTypeOf(result).resolves.toHaveProperty("typedMetadata");
      expectTypeOf(ours.gguf("")).resolves.not.toHaveProperty("parameterCount");
      return result;
    };
    expect(read).toBeTypeOf("function");
  });

  it("lists every name that their declarations list, types too", async () => {
    const declarations = await readFile(
      new URL("gguf.d.ts", import.meta.resolve("@huggingface/gguf")),
      "utf8",
    );
    const listed = [...declarations.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
      ([, names = ""]) => names.split(","),
    );
    const declared = [
      ...declarations.matchAll(/export declare (?:const|(?:async )?function) (\w+)/g),
      ...declarations.matchAll(/export (?:interface|type) (\w+)/g),
    ].map(([, name = ""]) => name);
    const names = [...listed, ...declared].map((name) => name.trim()).filter(Boolean);
    expect(names).toContain("GGUFParseOutput");
    const entry = await readFile(new URL("../src/huggingface.ts", import.meta.url), "utf8");
    for (const name of names) expect(entry).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe("the names of @huggingface/gguf", () => {
  it("belong to the same ids", () => {
    for (const [name, { id }] of Object.entries(TENSOR_TYPES)) {
      const theirName = theirs.GGMLQuantizationType[id];
      if (theirName !== undefined) expect(name).toBe(theirName);
    }
    for (const [id, name] of FILE_TYPES) {
      const theirName = theirs.GGMLFileQuantizationType[id];
      if (theirName !== undefined) expect(name).toBe(theirName);
    }
    expect(Object.keys(TENSOR_TYPES)).toEqual(Object.keys(GGUF_TENSOR_TYPES));
  });
});
