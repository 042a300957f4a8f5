import fc from "fast-check";
import { parse } from "ini";
import { describe, expect, it } from "vitest";
import { fixPresets, isProblem, lintPresets } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";

const SAMPLING = ["temp = 0.6", "top-k = 20", "top-p = 0.95", "min-p = 0"];

function codes(lines: readonly string[], fileName?: string): string[] {
  return lintPresets(qwen3, lines.join("\n"), { fileName })
    .filter(isProblem)
    .map(({ code, section }) => `${section} ${code}`);
}

describe("presets of llama-server's router", () => {
  it("may have what holds for all in a section of its own, and short names", () => {
    const text = [
      "version = 1",
      "[*]",
      "c = 131072",
      "np = 1",
      ...SAMPLING,
      "[m]",
      "model = m.gguf",
    ];
    const yarn = ["rope-scaling = yarn", "rope-scale = 4", "yarn-orig-ctx = 32768"];
    expect(codes(text)).toEqual(["m yarn-missing"]);
    expect(codes([...text, ...yarn])).toEqual([]);
  });

  it("are of other models, too", () => {
    const text = [
      "[*]",
      ...SAMPLING,
      "[a]",
      "model = /models/a-00001-of-00002.gguf",
      "c = 131072",
      "[b]",
      "model = b.gguf",
      "c = 200000",
    ];
    expect(codes(text, "a-00001-of-00002.gguf")).toEqual(["a yarn-missing"]);
    expect(codes(text, "elsewhere.gguf")).toEqual(["a yarn-missing", "b yarn-missing"]);
  });

  it("have lines that the router does not start with", () => {
    const text = [
      "[m]",
      "c = 8192",
      ...SAMPLING,
      " n = 1",
      "just words",
      "ctx_size = 5",
      "mlok = 1",
    ];
    expect(codes(text)).toEqual([
      "m ini-syntax",
      "m ini-syntax",
      "m unknown-flag",
      "m unknown-flag",
    ]);
  });

  it("lose what stands behind a semicolon", () => {
    const text = ["[m]", "c = 8192", ...SAMPLING, "samplers = top_k;top_p", "n = 512 ; tokens"];
    expect(codes(text)).toEqual(["m ini-value-cut"]);
  });

  it("switch by yes and no, and by names that say no", () => {
    const text = ["[m]", "c = 131072", "np = 4", ...SAMPLING, "n = 65536"];
    expect(codes(text)).toEqual(["m context-beyond-slots"]);
    expect(codes([...text, "no-kv-unified = false"])).toContain("m yarn-missing");
    expect(codes([...text, "kvu = off"])).toEqual(["m context-beyond-slots"]);
  });

  it("are mended line by line, and all else is left as it is", () => {
    const text = [
      "; mine",
      "version = 1",
      "[*]",
      "rope-scaling = yarn  # for all",
      "",
      "[small]",
      "model = other.gguf",
      "[m] ; this one",
      "model = m.gguf",
      "c = 8192 ; tokens",
      "min-p = 0.05",
      "temp = 0.6",
      "top-k = 20",
      "",
      "# the end",
    ].join("\r\n");
    const { fixed, remaining } = fixPresets(qwen3, text, { fileName: "m.gguf" });
    expect(remaining.filter(isProblem)).toEqual([]);
    expect(fixed).toBe(text.replace("top-k = 20\r\n", "top-k = 20\r\nrope-scaling = none\r\n"));
  });

  it("keep overrides that hold for all", () => {
    const yarn = ["rope-scaling = yarn", "rope-scale = 4", "yarn-orig-ctx = 32768"];
    const text = ["[*]", "override-kv = a.b=int:1", "[m]", "c = 131072", ...yarn, ...SAMPLING, ""];
    const { fixed } = fixPresets(qwen3, text.join("\n"), { llamaBuild: "2026-08-01" });
    expect(fixed).toBe(
      `${text.join("\n")}override-kv = a.b=int:1,qwen3moe.context_length=int:131072\n`,
    );
  });

  it("have no problems left once mended, and need it no second time", () => {
    const lines = [
      "c = 0",
      "ctx-size = 131072",
      "c = 32k",
      "ctx-size = 300000",
      "np = 2",
      "parallel = 4",
      "kvu = true",
      "no-kv-unified = on",
      "rope-scaling = yarn",
      "rope-scaling = linear",
      "rope-scale = 4",
      "rope-freq-scale = 0.5",
      "yarn-orig-ctx = 40960",
      "fa = off",
      "ctk = q8",
      "cache-type-v = q4_0",
      "temp = 0",
      "top-k = 1",
      "min-p = x",
      "n = 200000",
      "reasoning = off",
      "reasoning-budget = 0",
      "no-jinja = true",
      "mlock = true",
      'chat-template-kwargs = {"thinking":false}',
      "model = a-00002-of-00002.gguf",
      "override-kv = a.b=int:1",
      "flash_attn = on",
      "tmep = 0.5",
      "; a comment",
      "",
    ];
    const chosen = fc.shuffledSubarray(lines);
    const day = fc.constantFrom(undefined, "2026-08-01");
    fc.assert(
      fc.property(chosen, chosen, fc.boolean(), day, (common, own, hasOther, llamaBuild) => {
        const other = hasOther ? ["[other]", "model = b.gguf"] : [];
        const text = ["version = 1", "[*]", ...common, ...other, "[m]", ...own].join("\n");
        const options = { llamaBuild, ...(hasOther ? { fileName: "a-00001-of-00002.gguf" } : {}) };
        const { fixed, remaining } = fixPresets(qwen3, text, options);
        expect(remaining.filter(isProblem)).toEqual([]);
        expect(fixPresets(qwen3, fixed, options).fixed).toBe(fixed);
        expect(() => parse(fixed)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it("are as good as they are where nobody knows better", () => {
    const text = "c = 4096\n[x]\nhf-repo = a/b\n";
    expect(fixPresets(unknown, text).fixed).toBe(text);
  });
});
