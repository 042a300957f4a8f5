import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixModelfile, isProblem, lintModelfile } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";

const SAMPLING = ["temperature 0.6", "top_k 20", "top_p 0.95", "min_p 0", "presence_penalty 1.5"];
const RIGHT = ["FROM ./m.gguf", ...SAMPLING.map((one) => `PARAMETER ${one}`)];

function codes(...lines: string[]): string[] {
  return lintModelfile(qwen3, lines.join("\n")).map(({ severity, code }) => `${severity} ${code}`);
}

describe("a Modelfile", () => {
  it("is right", () => {
    expect(codes(...RIGHT, "PARAMETER num_ctx 40960")).toEqual([]);
  });

  it.each<[string, string[], string[]]>([
    ["leaves the context to Ollama", [], ["warning context-missing"]],
    ["asks for what only scaling gives", ["PARAMETER num_ctx 65536"], ["error cannot-scale"]],
    [
      "leaves no room",
      ["PARAMETER num_ctx 8192", "PARAMETER num_predict 8192"],
      ["warning output-beyond-context"],
    ],
    [
      "has a slip in a name",
      ["PARAMETER num_ctx 8192", "PARAMETER num_predcit 5"],
      ["error unknown-flag"],
    ],
    ["has a number that is none", ["PARAMETER num_ctx 8k"], ["error bad-value"]],
    [
      "is greedy",
      ["PARAMETER num_ctx 8192", "parameter temperature 0"],
      ["warning greedy-thinking"],
    ],
    ["has quotes that never end", ['SYSTEM """You are', "kind."], ["error modelfile-syntax"]],
    ["has an instruction that is none", ["RUN make"], ["error modelfile-syntax"]],
    ["has options that are gone", ["PARAMETER num_ctx 8192", "PARAMETER mirostat 0"], []],
  ])("%s", (_, lines, expected) => {
    expect(codes(...RIGHT, ...lines)).toEqual(expected);
  });

  it("names no model, or a part of one", () => {
    const rest = [...RIGHT.slice(1), "PARAMETER num_ctx 8192"];
    expect(codes(...rest)).toEqual(["error from-missing"]);
    expect(codes("FROM ./m-00001-of-00002.gguf", ...rest)).toEqual(["error split-model"]);
    const all = ["FROM ./m-00001-of-00002.gguf", "FROM ./m-00002-of-00002.gguf"];
    expect(codes(...all, ...rest)).toEqual([]);
  });

  it("is mended in its lines, and all else is left as it is", () => {
    const text = `# Mine
from ./m-00001-of-00003.gguf
TEMPLATE """{{ .System }}
PARAMETER num_ctx 1
{{ .Prompt }}"""
parameter  num_ctx   131072
SYSTEM "two
lines"
PARAMETER stop "<|im_end|>"
PARAMETER temperature 0.6   
PARAMETER top_k 20
PARAMETER top_p 0.95`;
    const { fixed, remaining } = fixModelfile(qwen3, text);
    expect(remaining.filter(isProblem)).toEqual([]);
    expect(fixed).toBe(text.replace("m-00001-of-00003", "m").replace("131072", "40960"));
  });

  it("keeps the line ends that it has", () => {
    const { fixed } = fixModelfile(unknown, "FROM x\r\n# none");
    expect(fixed).toBe("FROM x\r\n# none\r\nPARAMETER num_ctx 8192\r\n");
  });

  it("has no problems left once mended, and needs it no second time", () => {
    const lines = [
      "num_ctx 131072",
      "num_ctx 8192",
      "num_ctx x",
      "num_predict 50000",
      "temperature 0",
      "temperature warm",
      "top_k 1",
      "topk 20",
      "min_p 0.05",
      "seed 1.5",
      "num_gpu 99",
    ].map((one) => `PARAMETER ${one}`);
    const others = ["# a comment", "", 'SYSTEM """a\nb"""', "FROM ./m-00002-of-00002.gguf"];
    const chosen = fc.shuffledSubarray([...lines, ...others]);
    fc.assert(
      fc.property(chosen, fc.constantFrom("\n", "\r\n"), (own, lineEnd) => {
        const text = ["FROM ./m.gguf", ...own].join(lineEnd);
        const { fixed, remaining } = fixModelfile(qwen3, text);
        expect(remaining.filter(isProblem)).toEqual([]);
        expect(fixModelfile(qwen3, fixed).fixed).toBe(fixed);
      }),
    );
  });

  it("is read however hostile it is", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("FROM", "PARAMETER", "x", '"', "#", "\n", "\r", "\t", " "),
        }),
        (text) => {
          expect(Array.isArray(lintModelfile(unknown, text))).toBe(true);
        },
      ),
    );
    const long = `FROM x\nSYSTEM """${" ".repeat(200_000)}x${"\n".repeat(200_000)}`;
    expect(lintModelfile(unknown, long).map(({ code }) => code)).toEqual(["modelfile-syntax"]);
    expect(lintModelfile(unknown, "#\n".repeat(200_000)).map(({ code }) => code)).toContain(
      "from-missing",
    );
  });
});
