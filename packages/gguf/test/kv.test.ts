import { describe, expect, it } from "vitest";

import { GgufError, kvBool, kvNumber, kvPerLayer, kvString, kvStrings } from "../src/index.ts";
import { buildAndRead } from "./read.ts";

const gguf = await buildAndRead({
  kv: [
    ["number", "u32", 7],
    ["big", "u64", 2n ** 53n - 1n],
    ["huge", "u64", 2n ** 53n],
    ["float", "f64", 0.5],
    ["text", "string", "x"],
    ["flag", "bool", true],
    ["layers", "i32[]", [1, 0]],
    ["wide", "u64[]", [1n, 2n]],
    ["words", "string[]", ["a", "b"]],
    ["flags", "bool[]", [true]],
  ],
});

describe("typed getters", () => {
  it("give the values of every fitting type", () => {
    expect(kvNumber(gguf, "number")).toBe(7);
    expect(kvNumber(gguf, "big")).toBe(2 ** 53 - 1);
    expect(kvNumber(gguf, "float")).toBe(0.5);
    expect(kvString(gguf, "text")).toBe("x");
    expect(kvBool(gguf, "flag")).toBe(true);
    expect(kvStrings(gguf, "words")).toEqual(["a", "b"]);
    expect(kvPerLayer(gguf, "layers")).toEqual([1, 0]);
    expect(kvPerLayer(gguf, "wide")).toEqual([1, 2]);
    expect(kvPerLayer(gguf, "number")).toBe(7);
  });

  it("give undefined for a missing key", () => {
    for (const get of [kvNumber, kvString, kvBool, kvPerLayer, kvStrings]) {
      expect(get(gguf, "missing")).toBeUndefined();
    }
  });

  it.each([
    [kvNumber, "text"],
    [kvNumber, "flag"],
    [kvNumber, "huge"],
    [kvNumber, "layers"],
    [kvString, "number"],
    [kvString, "words"],
    [kvBool, "number"],
    [kvStrings, "layers"],
    [kvStrings, "text"],
    [kvPerLayer, "words"],
    [kvPerLayer, "flags"],
  ])("%o refuses %s, naming the key and both types", (get, key) => {
    const run = (): unknown => get(gguf, key);
    expect(run).toThrow(GgufError);
    expect(run).toThrow(expect.objectContaining({ code: "wrong-value-type", key }));
  });
});
