import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  type Gguf,
  type GgufValue,
  ggufValue,
  type NewTensor,
  planGguf,
  TENSOR_TYPES,
  type TensorTypeName,
} from "../src/index.ts";
import { openFile, readGgufFile, writeGgufFile } from "../src/node.ts";

const PEER = fileURLToPath(new URL("python/peer.py", import.meta.url));
const python = process.env["GGUFKIT_PYTHON"] ?? "python3";
const hasGguf = canImportGguf(python);
const isRequired = process.env["GGUFKIT_REQUIRE_PYTHON_GGUF"] === "1";

function canImportGguf(command: string): boolean {
  try {
    execFileSync(command, ["-c", "import gguf"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function peer(...words: string[]): Promise<string> {
  const options = { maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(python, [PEER, ...words], options);
  return stdout;
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-python-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Names of the value types in gguf-py. */
const PYTHON_TYPES: Readonly<Record<GgufValue["type"], string>> = {
  u8: "UINT8",
  i8: "INT8",
  u16: "UINT16",
  i16: "INT16",
  u32: "UINT32",
  i32: "INT32",
  f32: "FLOAT32",
  bool: "BOOL",
  string: "STRING",
  array: "ARRAY",
  u64: "UINT64",
  i64: "INT64",
  f64: "FLOAT64",
};

/** Our view of a file, in the words of peer.py. */
function viewOf({ version, byteOrder, alignment, dataOffset, kv }: Gguf): object {
  const pairs = [...kv].map(([key, value]) => {
    if (value.type !== "array") return [key, [PYTHON_TYPES[value.type]], plain(value.value)];
    // Without an element gguf-py does not look at the type of the elements.
    const types = value.length > 0 ? ["ARRAY", PYTHON_TYPES[value.elementType]] : ["ARRAY"];
    return [key, types, value.toArray().map(plain)];
  });
  return { version, byteOrder, alignment, dataOffset, kv: pairs };
}

function plain(value: number | bigint | boolean | string): string | boolean {
  return typeof value === "boolean" ? value : String(value);
}

/** JavaScript and Python agree on the digits of a float, but not on how to write them. */
function sameWords(view: { kv: [string, string[], unknown][] }): object {
  const number = (text: unknown): unknown => {
    const isFloat =
      typeof text === "string" && /^(?:nan|-?(?:inf|\d+(?:\.\d+)?(?:e[+-]\d+)?))$/.test(text);
    return isFloat ? String(Number(text.replace("inf", "Infinity"))) : text;
  };
  const kv = view.kv.map(([key, types, value]) => {
    const isFloat = types.at(-1)?.startsWith("FLOAT") === true;
    if (!isFloat) return [key, types, value];
    return [key, types, Array.isArray(value) ? value.map(number) : number(value)];
  });
  return { ...view, kv };
}

async function tensorsOf(path: string): Promise<object[]> {
  const { tensors, dataOffset } = await readGgufFile(path);
  const file = await openFile(path);
  try {
    const views: object[] = [];
    for (const { name, type, shape, offset, bytes } of tensors) {
      const start = dataOffset + offset;
      const data = await file.read(start, start + bytes);
      const sha256 = createHash("sha256").update(data).digest("hex");
      views.push({ name, type, shape, bytes, sha256 });
    }
    return views;
  } finally {
    await file.close();
  }
}

const KV: readonly (readonly [string, GgufValue])[] = [
  ["general.architecture", ggufValue("string", "llama")],
  ["u8", ggufValue("u8", 255)],
  ["i8", ggufValue("i8", -128)],
  ["u16", ggufValue("u16", 65_535)],
  ["i16", ggufValue("i16", -32_768)],
  ["u32", ggufValue("u32", 2 ** 32 - 1)],
  ["i32", ggufValue("i32", -(2 ** 31))],
  ["u64", ggufValue("u64", 2n ** 64n - 1n)],
  ["i64", ggufValue("i64", -(2n ** 63n))],
  ["f32", ggufValue("f32", 0.1)],
  ["f64", ggufValue("f64", 1e-7)],
  ["nan", ggufValue("f32", Number.NaN)],
  ["bool", ggufValue("bool", false)],
  ["string", ggufValue("string", "naïve 🙂\0\ufeff")],
  ["empty", ggufValue("string", "")],
  ["u8[]", ggufValue("u8[]", [0, 255])],
  ["u64[]", ggufValue("u64[]", [0, 2n ** 64n - 1n])],
  ["f32[]", ggufValue("f32[]", Float32Array.of(0.5, -0.25, 3e38))],
  ["bool[]", ggufValue("bool[]", [true, false])],
  ["string[]", ggufValue("string[]", ["a", "", "é"])],
];

// Releases of gguf-py may not know the newest types, and it takes a block of Q8_1 for 40 bytes,
// where ggml's block_q8_1 has 36.
const LEFT_OUT: ReadonlySet<string> = new Set(["NVFP4", "Q1_0", "Q2_0", "Q8_1"]);
const TENSORS: NewTensor[] = (Object.keys(TENSOR_TYPES) as TensorTypeName[])
  .filter((type) => !LEFT_OUT.has(type))
  .map((type) => ({ name: `t.${type}`, type, shape: [TENSOR_TYPES[type].blockSize * 2, 3] }));

describe.skipIf(!hasGguf && !isRequired)(
  "PyPI's gguf (skipped unless GGUFKIT_PYTHON or python3 can import it)",
  () => {
    it("is there, as GGUFKIT_REQUIRE_PYTHON_GGUF=1 asks for it", () => {
      expect(hasGguf, `${python} can import gguf; GGUFKIT_PYTHON names another Python`).toBe(true);
    });

    it.each([
      ["little", 3, undefined],
      ["little", 2, 64],
      ["big", 3, 4096],
    ] as const)(
      "reads what we write: %s, v%i, alignment %s",
      async (byteOrder, version, alignment) => {
        const path = join(directory, `ours-${byteOrder}-${version}.gguf`);
        const plan = planGguf({ kv: KV, tensors: TENSORS, byteOrder, version, alignment });
        const dataOf = ({ bytes, offset }: { bytes: number; offset: number }): Uint8Array =>
          new Uint8Array(bytes).map((_, index) => (index + offset) % 251);
        for await (const _ of writeGgufFile(path, plan, dataOf));

        const theirs = JSON.parse(await peer("read", path)) as {
          kv: [string, string[], unknown][];
        };
        const ours = { ...viewOf(await readGgufFile(path)), tensors: await tensorsOf(path) };
        expect(sameWords(theirs)).toEqual(ours);
      },
    );

    it.each(["little", "big"])("writes what we read: %s", async (byteOrder) => {
      const path = join(directory, `theirs-${byteOrder}.gguf`);
      await peer("write", path, byteOrder);
      const gguf = await readGgufFile(path);
      const theirs = JSON.parse(await peer("read", path)) as {
        kv: [string, string[], unknown][];
      };
      const ours = { ...viewOf(gguf), tensors: await tensorsOf(path) };
      expect(ours).toMatchObject({ byteOrder, alignment: 64, version: 3 });
      expect(ours).toEqual(sameWords(theirs));
      expect(gguf.kv.get("string")).toMatchObject({ value: "naïve 🙂\0" });
      expect(gguf.tensors.map(({ shape }) => shape)).toEqual([[4, 3], [5], [7], [32, 2]]);
      const again = planGguf({
        kv: gguf.kv,
        tensors: gguf.tensors,
        byteOrder: gguf.byteOrder,
      });
      expect(Buffer.compare(again.header.subarray(0, again.headerBytes), gguf.raw.bytes)).toBe(0);
    });
  },
);
