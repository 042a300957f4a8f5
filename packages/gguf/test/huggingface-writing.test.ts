import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";
import * as theirs from "@huggingface/gguf";
import type { GGUFTypedMetadata } from "@huggingface/gguf";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import * as ours from "../src/huggingface.ts";
import { GgufError } from "../src/index.ts";
import { anyFile } from "./huggingface-files.ts";

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-huggingface-"));
  path = join(directory, "model.gguf");
});
afterAll(() => rm(directory, { recursive: true }));

async function read(bytes: Uint8Array) {
  await writeFile(path, bytes);
  return ours.gguf(path, { typedMetadata: true, allowLocalFile: true });
}

/** Arrays of u8, whose type id is 0, fail in @huggingface/gguf: one of the differences. */
function withoutByteArrays(metadata: GGUFTypedMetadata): GGUFTypedMetadata {
  const entries = Object.entries(metadata).filter(
    ([, entry]) => !("subType" in entry && entry.subType === ours.GGUFValueType.UINT8),
  );
  return Object.fromEntries(entries) as GGUFTypedMetadata;
}

describe("serializeGgufMetadata", () => {
  it("writes the bytes that @huggingface/gguf writes", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.boolean(), async (options, littleEndian) => {
        const { typedMetadata } = await read(buildGguf(options));
        const metadata = withoutByteArrays(typedMetadata);
        const how = { littleEndian, alignment: options.alignment ?? 32 };
        const written = ours.serializeGgufMetadata(metadata, how);
        expect(Buffer.from(written)).toEqual(
          Buffer.from(theirs.serializeGgufMetadata(metadata, how)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("writes what it reads, without being told how", async () => {
    const kv = [
      ["bytes", "u8[]", [1, 2, 255]],
      ["tokens", "string[]", ["a", "é", ""]],
    ] as const;
    const bytes = buildGguf({ kv, alignment: 64, padLast: true });
    const { typedMetadata } = await read(bytes);
    expect(ours.serializeGgufMetadata(typedMetadata)).toEqual(bytes);
  });

  it("says which value does not fit", () => {
    const metadata = (entry: object): GGUFTypedMetadata =>
      ({
        version: { value: 3, type: 4 },
        tensor_count: { value: 0n, type: 10 },
        kv_count: { value: 1n, type: 10 },
        "a.key": entry,
      }) as unknown as GGUFTypedMetadata;
    const refusals = [
      [{ type: 0, value: 300 }, "bad-value", '"a.key": 300 does not fit u8'],
      [{ type: 8, value: undefined }, "bad-value", '"a.key": undefined does not fit string'],
      [{ type: 9, value: ["x"] }, "bad-value-type", "requires subType to be specified"],
      [{ type: 9, subType: 9, value: [[]] }, "bad-value-type", "an array of arrays"],
      [{ type: 13, value: 1 }, "bad-value-type", "unknown value type 13"],
    ] as const;
    for (const [entry, code, message] of refusals)
      expect(() => ours.serializeGgufMetadata(metadata(entry))).toThrow(
        expect.objectContaining({ code, key: "a.key", message: expect.stringContaining(message) }),
      );
    expect(() =>
      ours.serializeGgufMetadata(metadata({ type: 0, value: 1 }), { alignment: 48 }),
    ).toThrow(expect.objectContaining({ code: "bad-alignment" }));
  });
});

describe("buildGgufHeader", () => {
  it("writes the bytes that @huggingface/gguf writes", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.string({ unit: "grapheme" }), async (options, name) => {
        const bytes = buildGguf(options);
        const { typedMetadata, littleEndian, tensorInfoByteRange } = await read(bytes);
        const metadata = {
          ...withoutByteArrays(typedMetadata),
          "general.name": { value: name, type: ours.GGUFValueType.STRING },
        } as GGUFTypedMetadata;
        const how = { littleEndian, tensorInfoByteRange, alignment: options.alignment ?? 32 };
        const original = new Blob([bytes]);
        const built = await ours.buildGgufHeader(original, metadata, how);
        const expected = await theirs.buildGgufHeader(original, metadata, how);
        expect(Buffer.from(await built.arrayBuffer())).toEqual(
          Buffer.from(await expected.arrayBuffer()),
        );
        expect(built.type).toBe(expected.type);
      }),
      { numRuns: 200 },
    );
  });

  it("makes a header that goes in front of the file's data", async () => {
    const data = new Uint8Array(128).fill(7);
    const bytes = buildGguf({
      kv: [["general.name", "string", "old"]],
      alignment: 64,
      tensors: [{ name: "t", shape: [32], type: "F32", data }],
    });
    const { typedMetadata, littleEndian, tensorInfoByteRange, tensorDataOffset } =
      await read(bytes);
    const metadata = {
      ...typedMetadata,
      "general.name": { value: "a much longer name than before", type: ours.GGUFValueType.STRING },
    } as GGUFTypedMetadata;
    const original = new Blob([bytes]);
    const header = await ours.buildGgufHeader(original, metadata, {
      littleEndian,
      tensorInfoByteRange,
    });
    const edited = new Blob([header, original.slice(Number(tensorDataOffset))]);
    const got = await read(new Uint8Array(await edited.arrayBuffer()));
    expect(got.metadata).toMatchObject({ "general.name": "a much longer name than before" });
    expect(Number(got.tensorDataOffset)).toBe(header.size);
  });

  it("refuses a header that would not be read as it should", async () => {
    const bytes = buildGguf({ tensors: [{ name: "t", shape: [32], type: "F32" }] });
    const { typedMetadata, littleEndian, tensorInfoByteRange } = await read(bytes);
    const original = new Blob([bytes]);
    const [start, end] = tensorInfoByteRange;
    const build = (change: object, metadata = typedMetadata): Promise<Blob> =>
      ours.buildGgufHeader(original, metadata, { littleEndian, tensorInfoByteRange, ...change });

    await expect(build({ tensorInfoByteRange: [start, end + 10_000] })).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining("the file has"),
    });
    await expect(build({ tensorInfoByteRange: [start, end + 8] })).rejects.toMatchObject({
      code: "bad-tensor-count",
    });
    await expect(build({ tensorInfoByteRange: [start, start] })).rejects.toMatchObject({
      code: "truncated",
    });
    await expect(build({ alignment: 4096 })).rejects.toMatchObject({ code: "bad-alignment" });
    await expect(build({ littleEndian: !littleEndian })).rejects.toBeInstanceOf(GgufError);
  });
});
