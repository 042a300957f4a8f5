import { expect, test } from "vitest";
import { renderRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { inputOf, lost, messageOf, sized } from "./inputs.ts";

/** A Modelfile's parameters, as Ollama reads them: a value is the rest of its line, or in quotes. */
function parseModelfile(text: string): { from: string; parameters: [string, string][] } {
  const command = /^(FROM|PARAMETER (\w+)) (?:"""(.*?)"""|"([^"\n]*)"|([^\n]*))\n/s;
  const parameters: [string, string][] = [];
  let from = "";
  let rest = text;
  while (rest !== "") {
    const found = command.exec(rest);
    if (found === null) throw new Error(`not a command: ${rest}`);
    const [whole, keyword, name = "", triple, quoted, plain] = found;
    const value = triple ?? quoted ?? plain ?? "";
    if (keyword === "FROM") from = value;
    else parameters.push([name, value]);
    rest = rest.slice(whole.length);
  }
  return { from, parameters };
}

test("a Modelfile has the samplers, the context and the ends of an answer", () => {
  const model = { ...qwen3, endTokens: ["<|im_end|>", 'a "b"', "two\nlines"] };
  const run = renderRun("ollama", inputOf(model, { wishes: { seed: 7, context: 16_384 } }));
  const { from, parameters } = parseModelfile(run.text);
  expect(from).toBe("/models/m.gguf");
  expect(parameters).toEqual([
    ["num_ctx", "16384"],
    ["num_predict", "8192"],
    ["temperature", "0.6"],
    ["top_k", "20"],
    ["top_p", "0.95"],
    ["min_p", "0"],
    ["presence_penalty", "1.5"],
    ["repeat_penalty", "1"],
    ["seed", "7"],
    ["stop", "<|im_end|>"],
    ["stop", 'a "b"'],
    ["stop", "two\nlines"],
  ]);
});

test("a split model is merged first", () => {
  const path = "/m/a b-00001-of-00002.gguf";
  const run = renderRun("ollama", inputOf(unknown, { path, shards: 2 }));
  expect(run.before).toEqual([`ggufkit merge '${path}' 'a b.gguf'`]);
  expect(parseModelfile(run.text).from).toBe("./a b.gguf");
});

test("a relative path is none of Ollama's names", () => {
  const from = (path: string): string =>
    parseModelfile(renderRun("ollama", inputOf(unknown, { path })).text).from;
  expect(from("qwen3.gguf")).toBe("./qwen3.gguf");
  expect(from("../qwen3.gguf")).toBe("../qwen3.gguf");
  expect(from(String.raw`C:\models\q.gguf`)).toBe(String.raw`C:\models\q.gguf`);
  expect(() => from("a\nb.gguf")).toThrow(/line's end/);
});

test("all that a Modelfile cannot say is told", () => {
  const wishes = {
    context: 131_072,
    kvType: "q8_0",
    parallel: 2,
    threads: 3,
    batchThreads: 5,
  } as const;
  const run = renderRun("ollama", inputOf(sized(qwen3, 8, "mixture"), { wishes, gpus: [6] }));
  expect(lost(run)).toEqual([
    "rope",
    "kvType",
    "parallel",
    "placement",
    "thinking",
    "threads.batch",
  ]);
  expect(parseModelfile(run.text).parameters).toContainEqual(["num_thread", "3"]);
  expect(messageOf(run, "rope")).toContain(
    "ggufkit edit FILE --set qwen3moe.rope.scaling.type=string:yarn --set qwen3moe.rope.scaling.factor=f32:4 --set qwen3moe.rope.scaling.original_context_length=u32:32768",
  );
  expect(renderRun("ollama", inputOf(unknown)).losses).toEqual([]);
});
