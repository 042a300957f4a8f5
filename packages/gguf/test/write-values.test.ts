import { describe, expect, it } from "vitest";

import { type GgufError, ggufValue, type NewValueType } from "../src/index.ts";
import { ggufErrorOf } from "./read.ts";

const errorOf = (type: NewValueType, data: unknown): Promise<GgufError> =>
  ggufErrorOf(Promise.resolve(data).then((given) => ggufValue(type, given)));

describe("ggufValue", () => {
  it("makes what a reader gives", () => {
    expect(ggufValue("u32", 5)).toEqual({ type: "u32", value: 5 });
    expect(ggufValue("i64", -5)).toEqual({ type: "i64", value: -5n });
    expect(ggufValue("f32", 0.1)).toEqual({ type: "f32", value: Math.fround(0.1) });
    expect(ggufValue("bool", true)).toEqual({ type: "bool", value: true });
    const text = ggufValue("string", "naïve 🙂");
    expect([text.type, text.value]).toEqual(["string", "naïve 🙂"]);
    expect(ggufValue("string", Uint8Array.of(0xff)).value).toBe("\ufffd");
    const tokens = ggufValue("string[]", ["a", Uint8Array.of(0xff), ""]);
    expect([...tokens.rawElements()]).toEqual([
      Uint8Array.of(97),
      Uint8Array.of(255),
      Uint8Array.of(),
    ]);
    expect(tokens.preview(1)).toEqual(["a"]);
    expect(ggufValue("u64[]", [1, 2n ** 64n - 1n]).toArray()).toEqual([1n, 2n ** 64n - 1n]);
    expect(ggufValue("bool[]", [true, false]).toArray()).toEqual([true, false]);
    expect(ggufValue("f64[]", []).length).toBe(0);
  });

  it("takes typed arrays of its own and of other types", () => {
    const floats = Float32Array.of(0, 1.5, Number.NaN, -0).subarray(1);
    expect(ggufValue("f32[]", floats).toTypedArray()).toEqual(Float32Array.of(1.5, Number.NaN, -0));
    expect(ggufValue("u16[]", Uint8Array.of(1, 2)).toTypedArray()).toEqual(Uint16Array.of(1, 2));
    expect(ggufValue("u8[]", Buffer.from([1, 2])).toArray()).toEqual([1, 2]);
    expect(ggufValue("i64[]", BigInt64Array.of(-1n)).toArray()).toEqual([-1n]);
  });

  it("copies, so that a later change of the data changes nothing", () => {
    const bytes = Uint8Array.of(1, 2);
    const array = ggufValue("u8[]", bytes);
    const string = ggufValue("string", bytes);
    bytes.fill(9);
    expect(array.toArray()).toEqual([1, 2]);
    expect(string.bytes).toEqual(Uint8Array.of(1, 2));
  });

  it.each<[NewValueType, unknown]>([
    ["u8", 300],
    ["u8", -1],
    ["i8", 128],
    ["u16", 65_536],
    ["i16", -32_769],
    ["u32", 2 ** 32],
    ["i32", 2 ** 31],
    ["u32", 1.5],
    ["u32", Number.NaN],
    ["u32", "5"],
    ["u32", 5n],
    ["u64", -1n],
    ["u64", 2n ** 64n],
    ["u64", 2 ** 53],
    ["i64", 2n ** 63n],
    ["f32", 1e39],
    ["f32", "1"],
    ["f64", undefined],
    ["bool", 1],
    ["string", 5],
    ["string", "half \ud83d"],
    ["u8[]", "12"],
    ["u8[]", 5],
    ["string[]", { length: 1 }],
  ])("refuses %s of %s", async (type, data) => {
    expect(await errorOf(type, data)).toMatchObject({ name: "GgufError", code: "bad-value" });
  });

  it("says which element does not fit, and what would", async () => {
    const { message } = await errorOf("u8[]", [1, 2, 256]);
    expect(message).toBe("element 2: 256 does not fit u8: expected an integer from 0 to 255");
  });

  it("refuses a type that there is not", async () => {
    const error = await errorOf("array" as NewValueType, []);
    expect(error).toMatchObject({ code: "bad-value-type", got: "array" });
    expect(await errorOf("u32[][]" as NewValueType, [])).toMatchObject({ code: "bad-value-type" });
  });
});
