import { describe, expect, it } from "vitest";
import { compileGlob } from "../src/glob.ts";

// The verdicts are those of Python 3's fnmatch.fnmatchcase.
describe("a pattern over paths", () => {
  it.each([
    ["*.gguf", "a/b.gguf"],
    ["Q4_K_M/*", "Q4_K_M/a/b.gguf"],
    ["*Q4*", "Q4_K_M/x-00001-of-00002.gguf"],
    ["*", ".hidden/x"],
    ["a?b", "a/b"],
    ["**/x", "a/x"],
    ["[!a]*", "b/c"],
    ["[]a]", "]"],
    ["[!]a]", "b"],
    ["[a-c]x", "bx"],
    ["[a-]", "-"],
    ["model-(v1)*", "model-(v1).gguf"],
    ["{a,b}", "{a,b}"],
    ["a\\*", "a\\x"],
    ["a[b", "a[b"],
    ["a*b*c", "a-b-c-b-c"],
    ["?", "😀"],
  ])("%j matches %j", (pattern, path) => {
    expect(compileGlob(pattern)(path)).toBe(true);
  });

  it.each([
    ["*.gguf", "x.GGUF"],
    ["Q4_K_M", "Q4_K_M/x.gguf"],
    ["**/x", "x"],
    ["[!a]*", "abc"],
    ["[c-a]", "b"],
    ["[!a]", ""],
    ["{a,b}", "a"],
    ["+(a)", "aa"],
    ["!a", "b"],
    ["a*b", "ab/c"],
    ["", "a"],
  ])("%j does not match %j", (pattern, path) => {
    expect(compileGlob(pattern)(path)).toBe(false);
  });

  it("that ends in a slash is all that lies below", () => {
    const below = compileGlob("BF16/");
    expect(["BF16/a.gguf", "BF16/b/c.gguf", "BF16", "x/BF16/a"].map(below)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("takes no longer the more stars it has", () => {
    const pattern = `${"*a".repeat(200)}b`;
    expect(compileGlob(pattern)("a".repeat(20_000))).toBe(false);
  });
});
