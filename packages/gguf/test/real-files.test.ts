import { buildGguf, buildGgufHeader, type BuildOptions, sparseSource } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import {
  bytesSource,
  describe as describeModel,
  readGguf,
  validate,
  type Validation,
} from "../src/index.ts";
import { buildAndRead, ggufErrorOf } from "./read.ts";
import { model, REAL_FILES } from "./real-files.ts";

function codes({ findings }: Validation): string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

function check(file: BuildOptions): Promise<Validation> {
  return validate(bytesSource(buildGguf(file)));
}

describe.each(Object.entries(REAL_FILES))("%s", (_, files) => {
  it.each(files)("$what", async ({ file, reads = {}, describes = {}, finds = [] }) => {
    const gguf = await buildAndRead(file);
    expect(gguf).toMatchObject(reads);
    expect(describeModel(gguf)).toMatchObject(describes);
    expect(codes(await check(file))).toEqual(finds);
  });
});

describe("values", () => {
  it("beyond 2^53 are exact", async () => {
    const { kv } = await buildAndRead({
      kv: [
        ["most", "u64", 2n ** 64n - 1n],
        ["least", "i64", -(2n ** 63n)],
        ["list", "u64[]", [2n ** 53n + 1n]],
      ],
    });
    const list = kv.get("list");
    expect(kv.get("most")).toMatchObject({ value: 2n ** 64n - 1n });
    expect(kv.get("least")).toMatchObject({ value: -(2n ** 63n) });
    expect(list?.type === "array" && list.toArray()).toEqual([2n ** 53n + 1n]);
  });

  it("of a vocabulary keep NUL, byte order mark and bad UTF-8", async () => {
    const bytes = [Uint8Array.of(0), Uint8Array.of(0xef, 0xbb, 0xbf), Uint8Array.of(0xe2, 0x96)];
    const file = model(["tokenizer.ggml.tokens", "string[]", bytes]);
    const tokens = (await buildAndRead(file)).kv.get("tokenizer.ggml.tokens");
    if (tokens?.type !== "array" || tokens.elementType !== "string") expect.fail("no tokens");
    expect(tokens.toArray()).toEqual(["\0", "\ufeff", "\ufffd"]);
    expect([...tokens.rawElements()]).toEqual(bytes);
    expect(codes(await check(file))).toEqual([]);
  });
});

describe("what llama.cpp refuses", () => {
  it("five dimensions, as gguf-py writes: the rest of the file is read on", async () => {
    const five = { name: "five", shape: [2, 2, 2, 2, 2], type: "F32" } as const;
    const file = { ...model(), tensors: [...(model().tensors ?? []), five] };
    expect(await ggufErrorOf(buildAndRead(file))).toMatchObject({ code: "too-many-dimensions" });
    const validation = await check(file);
    expect(codes(validation)).toContain("error too-many-dimensions");
    expect(validation.gguf?.tensors).toHaveLength(3);
  });

  it.each([
    ["48", "u32", 48],
    ["0", "u32", 0],
    ["of another type", "i32", 32],
  ] as const)("an alignment %s: the default one is taken to read on", async (_, type, value) => {
    const file = model(["general.alignment", type, value]);
    expect(await ggufErrorOf(buildAndRead(file))).toMatchObject({ code: "bad-alignment" });
    const validation = await check(file);
    expect(codes(validation)).toEqual(["error bad-alignment"]);
    expect(validation.gguf).toMatchObject({ alignment: 32, tensors: { length: 3 } });
  });

  it.each([
    ["of 64 bytes", ["n".repeat(64)], "tensor-name-too-long"],
    ["twice", ["twice", "twice"], "duplicate-tensor"],
  ] as const)("a name %s: the rest is read on", async (_, names, code) => {
    const file = { tensors: names.map((name) => ({ name, shape: [8], type: "F32" }) as const) };
    expect(await ggufErrorOf(buildAndRead(file))).toMatchObject({ code });
    const validation = await check(file);
    expect(codes(validation)).toContain(`error ${code}`);
    expect(validation.gguf?.tensors.map(({ name }) => name)).toEqual(names);
  });
});

describe("alignment 2^31", () => {
  it("has offsets that are no 32-bit integers", async () => {
    const tensors = ["a", "b"].map((name) => ({ name, shape: [8], type: "F32" }) as const);
    const { header, fileSize } = buildGgufHeader({ tensors, alignment: 2 ** 31 });
    const source = sparseSource(header, fileSize);
    const gguf = await readGguf(source);
    expect(gguf).toMatchObject({ alignment: 2 ** 31, dataOffset: 2 ** 31, fileSize: 3 * 2 ** 31 });
    expect(gguf.tensors.map(({ offset }) => offset)).toEqual([0, 2 ** 31]);
    expect(codes(await validate(source))).toEqual(["error missing-key"]);
  });
});

describe("a file that was cut into pieces without regard to the format", () => {
  const whole = buildGguf(model());
  const half = whole.length - 1000;
  const first = whole.subarray(0, half);
  const second = whole.subarray(half);

  it.each(["m.gguf.part1of2", "m.gguf-split-a", "https://host/m.gguf.part1of2?download=true"])(
    "lacks data in its first piece, %s",
    async (file) => {
      const error = await ggufErrorOf(readGguf(bytesSource(first), { file }));
      expect(error).toMatchObject({
        code: "tensor-beyond-file",
        got: half,
        expected: whole.length,
      });
      expect(error.message).toMatch(/piece (1|a) of a file that was cut: append all pieces/);
      const { findings } = await validate(bytesSource(first), { file });
      expect(findings[0]?.message).toContain(error.reason);
    },
  );

  it("is no GGUF file in its second, and is told by its name", async () => {
    const source = bytesSource(second);
    const named = await ggufErrorOf(readGguf(source, { file: "models/m.gguf.part2of2" }));
    expect(named).toMatchObject({ code: "not-gguf" });
    expect(named.message).toContain("piece 2 of a file that was cut: append all pieces in order");
    const nameless = await ggufErrorOf(readGguf(source, { file: "models/m.gguf" }));
    expect(nameless.message).not.toContain("piece");
  });
});

describe("what was saved in place of a model", () => {
  it.each([
    ["an HTML page", "<!doctype html><html><body>Sign in</body></html>"],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 99\n"],
  ])("%s is one error, which says so", async (what, text) => {
    const validation = await validate(bytesSource(new TextEncoder().encode(text)));
    expect(validation).toMatchObject({ gguf: undefined, fatal: { code: "not-gguf" } });
    expect(codes(validation)).toEqual(["error not-gguf"]);
    expect(validation.findings[0]?.message).toContain(what);
  });
});

describe("a large vocabulary", () => {
  it("of 400,000 tokens in a header of more than 8 MB is read, described and checked", async () => {
    const tokens = Array.from({ length: 400_000 }, (_, index) => `token-${index}`);
    const scores = tokens.map((_, index) => -index);
    const file = buildGguf(
      model(
        ["tokenizer.ggml.model", "string", "llama"],
        ["tokenizer.ggml.tokens", "string[]", tokens],
        ["tokenizer.ggml.scores", "f32[]", scores],
        ["tokenizer.ggml.token_type", "i32[]", tokens.map(() => 1)],
        ["tokenizer.ggml.eos_token_id", "u32", 399_999],
      ),
    );
    const source = sparseSource(file, file.length);
    const gguf = await readGguf(source);
    expect(gguf.headerBytes).toBeGreaterThan(2 ** 23);
    expect(describeModel(gguf)).toMatchObject({ vocabularySize: 400_000 });
    expect(codes(await validate(source))).toEqual(["error vocabulary-mismatch"]);
    const read = gguf.kv.get("tokenizer.ggml.tokens");
    expect(read?.type === "array" && read.toArray()).toEqual(tokens);
  });
});
