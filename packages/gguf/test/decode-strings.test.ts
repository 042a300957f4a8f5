import { buildGguf } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bytesSource, readGguf } from "../src/index.ts";

/** Every string of an array by itself, as the platform's decoder has it. */
function oneByOne(strings: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return strings.map((bytes) => decoder.decode(bytes));
}

async function readStrings(
  strings: readonly Uint8Array[],
  layout: Parameters<typeof buildGguf>[0] = {},
): Promise<string[]> {
  const file = buildGguf({ ...layout, kv: [["strings", "string[]", strings]] });
  const value = (await readGguf(bytesSource(file))).kv.get("strings");
  if (value?.type !== "array" || value.elementType !== "string") throw new Error("no strings");
  expect([...value]).toEqual(value.toArray());
  return value.toArray();
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pieces of UTF-8 and of what only looks like it, cut anywhere. */
const piece = fc.constantFrom(
  ...["a", "token", "é", "中", "😀", "\ufeff", "\0"].map(encode),
  ...[[0xe4, 0xb8], [0xf0, 0x9f], [0xb8], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]].map((bytes) =>
    Uint8Array.from(bytes),
  ),
);
const bytes = fc
  .oneof(fc.array(piece, { maxLength: 5 }), fc.array(piece, { minLength: 60, maxLength: 140 }))
  .map((pieces) => Uint8Array.from(pieces.flatMap((part) => [...part])));

describe("the strings of an array", () => {
  it("come out as if each were decoded by itself", async () => {
    const layout = fc.record({
      version: fc.constantFrom(1, 2, 3),
      byteOrder: fc.constantFrom("little", "big"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes), layout, async (strings, how) => {
        expect(await readStrings(strings, how)).toEqual(oneByOne(strings));
      }),
      { numRuns: 300 },
    );
  });

  it("do not run into each other where one ends within a character", async () => {
    const strings = [Uint8Array.of(0xe4, 0xb8), Uint8Array.of(0xad), encode("x")];
    expect(await readStrings(strings)).toEqual(["\ufffd", "\ufffd", "x"]);
  });

  it("come out of many blocks, a bad one among them", async () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `Ġtoken 中 ${index}`);
    const strings = texts.map(encode);
    strings[2500] = Uint8Array.of(0x41, 0xff);
    texts[2500] = "A\ufffd";
    expect(await readStrings(strings)).toEqual(texts);
  });
});
