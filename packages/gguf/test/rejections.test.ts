import { buildGguf, type BuildOptions, type BuildTensor } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, DEFAULT_LIMITS, ggufValue, planGguf, readGguf } from "../src/index.ts";
import { buildAndRead, ggufErrorOf } from "./read.ts";

const sound: BuildTensor = { name: "sound", shape: [8], type: "F32" };
const noBytes = new Uint8Array(0);

it("names the tensor that a truncated file cuts, and how many others it cuts", async () => {
  const file = buildGguf({ tensors: [sound, { ...sound, name: "cut" }, { ...sound, name: "c" }] });
  const cut = file.subarray(0, file.length - 33);
  const error = await ggufErrorOf(readGguf(bytesSource(cut)));
  const sizes = { expected: file.length - 32, got: cut.length };
  expect(error).toMatchObject({ code: "tensor-beyond-file", tensor: "cut", ...sizes });
  expect(error.message).toContain("one of 2 tensors");
});

describe("limits", () => {
  it.each([
    ["maxKvPairs", 1, "bad-kv-count"],
    ["maxTensors", 0, "bad-tensor-count"],
    ["maxNameBytes", 3, "string-too-long"],
    ["maxStringBytes", 5, "string-too-long"],
    ["maxArrayLength", 2, "array-too-long"],
    ["maxHeaderBytes", 60, "header-too-large"],
  ] as const)("%s can be lowered to %d", async (name, limit, code) => {
    const file: BuildOptions = {
      kv: [
        ["text", "string", "longer"],
        ["list", "u8[]", [1, 2, 3]],
      ],
      tensors: [sound],
    };
    await expect(buildAndRead(file)).resolves.toBeDefined();
    const limits = { [name]: limit };
    const inMemory = await ggufErrorOf(buildAndRead(file, { limits }));
    const bitByBit = await ggufErrorOf(buildAndRead(file, { limits, initialBytes: 1 }));
    expect(inMemory).toMatchObject({ code });
    expect(bitByBit.message).toBe(inMemory.message);
  });
});

describe("a key that is too long to be read", () => {
  const { maxNameBytes } = DEFAULT_LIMITS;

  it.each([
    ["read", (key: string) => buildAndRead({ kv: [[key, "u8", 1]] })],
    ["written", async (key: string) => planGguf({ kv: [[key, ggufValue("u8", 1)]] })],
  ] as const)("is not %s", async (_, use) => {
    await expect(use("k".repeat(maxNameBytes))).resolves.toBeDefined();
    const error = await ggufErrorOf(use("k".repeat(maxNameBytes + 1)));
    const sizes = { expected: maxNameBytes, got: maxNameBytes + 1 };
    expect(error).toMatchObject({ code: "string-too-long", ...sizes });
  });
});

describe("messages", () => {
  it("have numbers beyond 2^53 in full", async () => {
    const got = 2n ** 60n + 1n;
    const kv = [["a", "u8[]", []]] as const;
    const text = [["a", "string", { bytes: noBytes, length: got }]] as const;
    for (const file of [{ tensorCount: got }, { kvCount: got, kv }, { kv: text }])
      expect((await ggufErrorOf(buildAndRead(file))).message).toContain(` ${got} `);
    const tensors = [{ ...sound, offset: got }];
    const error = await ggufErrorOf(buildAndRead({ tensors }));
    expect(error).toMatchObject({ got, message: expect.stringContaining(`offset ${got},`) });
  });

  it("name no pair but the one concerned", async () => {
    const bad = [{ bytes: noBytes, length: 2n ** 40n }, "u8", 1] as const;
    const error = await ggufErrorOf(buildAndRead({ kv: [["a", "u8", 1], bad] }));
    expect(error).toMatchObject({ key: undefined, offset: 24 + 8 + 1 + 4 + 1 });
    expect(error.message).toMatch(/^the key of KV pair 1 claims /);
  });

  it("say what and where on one line, with hostile names escaped and cut", async () => {
    const name = `\u001b[31m\n\u202e${"x".repeat(5000)}`;
    const { message } = await ggufErrorOf(
      buildAndRead({ kv: [[name, 99, noBytes]] }, { file: "m.gguf" }),
    );
    expect(message).toMatch(/^m\.gguf: key "\\u001b\[31m\\n\\u202ex+…": .*99.*\(at byte \d+\)$/);
    expect(message.length).toBeLessThan(300);
  });
});
