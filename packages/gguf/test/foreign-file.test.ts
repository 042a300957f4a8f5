import { buildGguf, sparseSource } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, readGguf } from "../src/index.ts";
import { ggufErrorOf } from "./read.ts";

const LFS_POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 142151674976
`;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("a file that is no GGUF file", () => {
  it.each<[string, Uint8Array]>([
    ["an HTML page", bytesOf("\n<!DOCTYPE html><html><body>Sign in</body></html>")],
    ["a Git LFS pointer to a file of 142151674976 bytes", bytesOf(LFS_POINTER)],
    ["XML", bytesOf('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ["JSON", bytesOf('{"error":"Repository not found"}')],
    ["a text file", bytesOf("Entry not found")],
    ["a GGUF file whose magic was written backwards", bytesOf("FUGG\0\0\0\u0003")],
    ["a GGJT file, llama.cpp's format before GGUF", bytesOf("tjgg\u0003\0\0\0")],
    ["a ZIP archive", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)],
    ["gzip data", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
    ["a safetensors file", bytesOf('\u0040\0\0\0\0\0\0\0{"__metadata__":{}}')],
    ["zeros", new Uint8Array(1000)],
    ["an unknown format", Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4)],
  ])("is told to be %s", async (found, bytes) => {
    for (const initialBytes of [1, 2 ** 16]) {
      const source = sparseSource(bytes, bytes.length);
      const error = await ggufErrorOf(readGguf(source, { initialBytes }));
      expect(error).toMatchObject({ code: "not-gguf" });
      expect(error.message).toContain(found);
    }
  });

  it("is told to be empty where it is", async () => {
    const error = await ggufErrorOf(readGguf(bytesSource(new Uint8Array(0))));
    expect(error).toMatchObject({ code: "empty-file", offset: 0 });
  });

  it("is told by more than a magic with one bit wrong", async () => {
    const file = buildGguf({ magic: bytesOf("GGUE") });
    expect(await ggufErrorOf(readGguf(bytesSource(file)))).toMatchObject({ code: "not-gguf" });
  });
});
