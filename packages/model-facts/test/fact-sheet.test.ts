import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Attribute,
  type Fact,
  factSheet,
  type FactValues,
  formatParameterCount,
  headerFacts,
  parseParameterCount,
  parseTokenCount,
  type Source,
} from "../src/index.ts";
import { sourceOf } from "./example.ts";

function fact<A extends Attribute>(attribute: A, value: FactValues[A], role: Source["role"]): Fact {
  return { attribute, value, entity: "Aria2", source: sourceOf(role), where: { text: "" } };
}

describe("factSheet", () => {
  it("trusts the header before the card, and the card before research", () => {
    const sheet = factSheet([
      fact("layers", 30, "research"),
      fact("layers", 32, "card"),
      fact("layers", 36, "header"),
    ]);
    expect(sheet.get("layers")?.value).toBe(36);
    expect(sheet.contradictions.map(({ other }) => other.value)).toEqual([32, 30]);
    expect(sheet.get("experts.total")).toBeUndefined();
  });

  it("takes a rounded count of weights for the exact one, and no other", () => {
    const against = (exact: number, rounded: number): number =>
      factSheet([
        fact("parameters.total", exact, "header"),
        fact("parameters.total", rounded, "card"),
      ]).contradictions.length;
    expect(against(235_093_634_560, 235e9)).toBe(0);
    expect(against(596_049_920, 0.6e9)).toBe(0);
    expect(against(106e9, 355e9)).toBe(1);
  });

  it("sees no contradiction in the order and case of a list", () => {
    const sheet = factSheet([
      fact("quantizations", ["Q4_K_M", "Q8_0"], "card"),
      fact("quantizations", ["q8_0", "q4_k_m"], "research"),
    ]);
    expect(sheet.contradictions).toEqual([]);
  });
});

describe("headerFacts", () => {
  const model = {
    kind: "model",
    architecture: "qwen3moe",
    parameters: 235_093_634_560,
    activeParameters: 22_190_763_520,
    blocks: 94,
    heads: 64,
    kvHeads: [4, 4, 4],
    experts: 128,
    expertsUsed: 8,
    contextLength: 40_960,
  } as const;
  const subject = { name: "Q", model: "Q", family: "Q" };
  const valuesOf = (changed: object): Record<string, unknown> =>
    Object.fromEntries(
      headerFacts({ ...model, ...changed }, subject).map((item) => [item.attribute, item.value]),
    );

  it("states what the header has", () => {
    expect(valuesOf({})).toEqual({
      architecture: "qwen3moe",
      "parameters.total": 235_093_634_560,
      "parameters.active": 22_190_763_520,
      layers: 94,
      "heads.query": 64,
      "heads.keyValue": 4,
      "experts.total": 128,
      "experts.active": 8,
      "context.header": 40_960,
    });
  });

  it("states no sum of one shard, no zero, and no number that differs by layer", () => {
    const values = valuesOf({ kind: "shard", heads: 0, kvHeads: [4, 8], experts: undefined });
    expect(Object.keys(values)).not.toContain("parameters.total");
    expect(Object.keys(values)).not.toContain("heads.query");
    expect(Object.keys(values)).not.toContain("heads.keyValue");
    expect(Object.keys(values)).not.toContain("experts.total");
  });
});

describe("quantities", () => {
  it.each([
    ["235B", 235e9],
    ["0.6B", 0.6e9],
    ["7 billion", 7e9],
    ["596,049,920", 596_049_920],
    ["1,23", undefined],
    ["many", undefined],
    ["-3B", undefined],
  ])("%s weights", (text, count) => expect(parseParameterCount(text)).toBe(count));

  it.each([
    ["32,768", 32_768],
    ["32K", 32_768],
    ["1M", 1_048_576],
    ["32B", undefined],
  ])("%s tokens", (text, count) => expect(parseTokenCount(text)).toBe(count));

  it("writes counts that read back as nearly the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10 ** 13 }), (count) => {
        const text = formatParameterCount(count);
        expect(text).toMatch(/^\d{1,3}(?:\.\d{1,2})?[KMBT]$/);
        expect(Math.abs((parseParameterCount(text) ?? 0) - count) / count).toBeLessThanOrEqual(
          0.005,
        );
      }),
    );
  });
});
