import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/lint/edit-distance.ts";
import { LLAMA_FLAGS, llamaFlag, REMOVED_FLAGS } from "../../src/lint/llama-flag-table.ts";
import { LLAMA_CPP_VERSION, LONG_FLAGS, SHORT_FLAGS } from "../targets/llama-server-flags.ts";

describe("the edit distance", () => {
  it.each([
    ["--ctx-size", "--ctx-size", 0],
    ["--ctx-szie", "--ctx-size", 1],
    ["--ctxsize", "--ctx-size", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
  ])("from %j to %j is %d", (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it("is the same both ways", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 8 });
    fc.assert(fc.property(word, word, (a, b) => editDistance(a, b) === editDistance(b, a)));
  });

  it("finds what was meant, and nothing where two may be", () => {
    expect(nearest("--tempp", ["--temp", "--top-p"])).toBe("--temp");
    expect(nearest("--top-x", ["--top-k", "--top-p"])).toBeUndefined();
    expect(nearest("-x", ["-c", "-cx"])).toBeUndefined();
  });
});

describe("the table of flags", () => {
  it("has each name once, and none that is gone", () => {
    const names = LLAMA_FLAGS.flatMap((flag) => [...flag.names, ...flag.off]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => REMOVED_FLAGS.has(name))).toEqual([]);
    expect(names.filter((name) => !/^--?[A-Za-z][A-Za-z0-9.-]*$/.test(name))).toEqual([]);
  });

  it("knows what follows a flag, whatever its name", () => {
    expect(llamaFlag("-ngl")).toMatchObject({ name: "gpu-layers", values: 1 });
    expect(llamaFlag("--n_gpu_layers")).toMatchObject({ name: "gpu-layers", values: 1 });
    expect(llamaFlag("-nkvo")).toMatchObject({ name: "kv-offload", values: 0 });
    expect(llamaFlag("--control-vector-layer-range")).toMatchObject({ values: 2 });
  });

  it("knows every flag of llama-server", () => {
    for (const name of [...LONG_FLAGS, ...SHORT_FLAGS])
      expect(
        llamaFlag(name) ?? REMOVED_FLAGS.get(name),
        `${name} of ${LLAMA_CPP_VERSION}`,
      ).toBeDefined();
  });
});
