import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSameQuantity, quantitiesOf } from "../src/audit/quantity.ts";

function rawOf(text: string): string[] {
  return quantitiesOf(text).map(({ raw }) => raw);
}

function isSame(a: string, b: string): boolean {
  const [first] = quantitiesOf(a);
  const [second] = quantitiesOf(b);
  return first !== undefined && second !== undefined && isSameQuantity(first, second);
}

describe("numbers of a text", () => {
  it.each([
    ["235B in total and 22B activated", ["235B", "22B"]],
    ["~36 trillion tokens, 2.5x fewer", ["~36 trillion", "2.5x"]],
    ["a 128-expert layer and a four-stage pipeline", ["128", "four"]],
    ["from 1.5–8 bits, 131K/256K tokens", ["1.5", "8", "131K", "256K"]],
    ["Heron2-3B, q4_K_M, A22B and gpt-4 are names", []],
    ["100+ languages, 10% of them", ["100+", "10%"]],
    ["61,2 Prozent, 32,768 tokens", ["61,2", "32,768"]],
  ])("%s", (text, raw) => {
    expect(rawOf(text)).toEqual(raw);
  });

  it.each([
    ["32K tokens", "32,768 tokens", true],
    ["131K tokens", "131,072 tokens", true],
    ["128K tokens", "131,072 tokens", true],
    ["256K tokens", "131,072 tokens", false],
    ["235B", "235,093,634,560", true],
    ["235B", "236,000,000,000", false],
    ["8B", "9B", false],
    ["8B", "8.03B", true],
    ["21 GB", "21 MB", false],
    ["31 days", "31 GPUs", false],
    ["10%", "10 layers", false],
    ["four stages", "4 stages", true],
  ])("%s and %s", (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
    expect(isSame(b, a)).toBe(same);
  });

  it("reads its own numbers, however they are written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (number) => {
        expect(isSame(`${number} tokens`, `${number.toLocaleString("en")} tokens`)).toBe(true);
        expect(isSame(`${number} tokens`, `${number + 1} tokens`)).toBe(false);
      }),
    );
  });
});
