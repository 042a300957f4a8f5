import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completePieces, parsePieceName, planPieces } from "../src/index.ts";
import { executePlan } from "./execute-plan.ts";

describe("parsePieceName", () => {
  it.each([
    ["m.gguf.part1of2", 0, 2],
    ["dir/m.gguf.part2of2", 1, 2],
    ["m.gguf.part-03-of-12", 2, 12],
    ["m.gguf-split-a", 0, undefined],
    ["m.gguf-split-c", 2, undefined],
    ["m.gguf.part-ab", 1, undefined],
    ["m.gguf.part-00", 0, undefined],
    ["m.gguf.part2", 1, undefined],
    ["m.gguf.001", 0, undefined],
  ])("takes %s for a piece", (name, no, count) => {
    const prefix = `${name.slice(0, name.indexOf(".gguf"))}.gguf`;
    expect(parsePieceName(name)).toMatchObject({ prefix, no, count });
  });

  it.each([
    "m.gguf",
    "m-00001-of-00002.gguf",
    "m.gguf.part",
    "m.gguf.part3of2",
    "m.gguf.part0of0",
    "m.gguf.part-abc",
    "m.gguf.partial",
    "m.gguf.1",
    "m.gguf.sha256",
    "m.bin.part1of2",
    "m.gguf.part1of2.json",
    "m.gguf.part99999of99999",
  ])("takes %s for none", (name) => {
    expect(parsePieceName(name)).toBeUndefined();
    expect(completePieces(name, [name])).toEqual({ names: [name], missing: [], joined: name });
  });
});

describe("completePieces", () => {
  const styles = {
    counted: (no: number, count: number) => `m.gguf.part${no + 1}of${count}`,
    filled: (no: number, count: number) =>
      `m.gguf.part-${String(no + 1).padStart(3, "0")}-of-${String(count).padStart(3, "0")}`,
    letters: (no: number) => `m.gguf-split-${String.fromCharCode(97 + no)}`,
    twoLetters: (no: number) =>
      `m.gguf.part-${String.fromCharCode(97 + Math.floor(no / 26), 97 + (no % 26))}`,
    fromZero: (no: number) => `m.gguf.part-${String(no).padStart(2, "0")}`,
    fromOne: (no: number) => `m.gguf.${String(no + 1).padStart(3, "0")}`,
    plain: (no: number) => `m.gguf.split${no + 1}`,
  };

  it("finds all pieces in order from any of them, whatever else is there", () => {
    const set = fc.record({
      style: fc.constantFrom(...Object.values(styles)),
      count: fc.integer({ min: 1, max: 26 }),
      any: fc.nat(),
    });
    fc.assert(
      fc.property(set, ({ style, count, any }) => {
        const names = Array.from({ length: count }, (_, no) => style(no, count));
        const others = [
          "m.gguf",
          "README.md",
          "n.gguf.part1of2",
          "m.gguf.part1of99",
          "m.gguf-split-1",
          "m.gguf.split30of30",
        ];
        const given = names[any % count] ?? "";
        const found = completePieces(given, [...others, ...names.toReversed()]);
        expect(found).toEqual({ names, missing: [], joined: "m.gguf" });
      }),
    );
  });

  it("tells what is missing as far as names do", () => {
    const missing = (name: string, ...present: string[]): string[] =>
      completePieces(name, [name, ...present]).missing;
    expect(missing("m.gguf.part2of4", "m.gguf.part4of4")).toEqual([
      "m.gguf.part1of4",
      "m.gguf.part3of4",
    ]);
    expect(missing("m.gguf-split-d", "m.gguf-split-b")).toEqual([
      "m.gguf-split-a",
      "m.gguf-split-c",
    ]);
    expect(missing("m.gguf.part-12", "m.gguf.part-10", "m.gguf.part-00").slice(0, 9)).toEqual(
      Array.from({ length: 9 }, (_, index) => `m.gguf.part-0${index + 1}`),
    );
    expect(missing("m.gguf.part2")).toEqual(["m.gguf.part1"]);
    expect(completePieces("m.gguf.part1of2", []).missing).toHaveLength(2);
  });

  it.each([
    ["m.gguf.part0of3", "m.gguf.part1of3", "m.gguf.part2of3"],
    ["m.gguf.part0of2", "m.gguf.part1of2", "m.gguf.part2of2"],
  ])("counts from 0 where there is %s", (...present) => {
    for (const name of present)
      expect(completePieces(name, present)).toMatchObject({ names: present, missing: [] });
  });
});

describe("planPieces", () => {
  it("appends them", () => {
    const files = [[1, 2, 3], [], [4], [5, 6]].map((bytes) => Uint8Array.from(bytes));
    const inputs = files.map(({ length: bytes }, no) => ({
      name: `m.gguf.part${no + 1}of4`,
      bytes,
    }));
    const plan = planPieces(inputs);
    expect(plan.inputs).toEqual(inputs);
    expect(plan.copies).toHaveLength(3);
    expect([...executePlan(plan, files)]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
