import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBatchList } from "../src/batch/batch-list.ts";
import { nameEntries } from "../src/batch/batch-name.ts";
import {
  type BatchCandidate,
  type BatchOptions,
  jobsToDo,
  planBatch,
} from "../src/batch/batch-plan.ts";
import type { BatchRecord } from "../src/batch/batch-record.ts";
import { resolveEntry } from "../src/batch/batch-sources.ts";

const OPTIONS: BatchOptions = {
  words: { least: 300, most: 500 },
  format: "md",
  seed: 0,
  writer: "extractive",
};

function named(inputs: readonly (string | { input: string; name: string })[]): string[] {
  return nameEntries(
    inputs.map((input, line) => ({
      line,
      research: [],
      ...(typeof input === "string" ? { input } : input),
    })),
  );
}

describe("a list", () => {
  it("has an object a line, empty lines left out", () => {
    const text =
      '\ufeff{"input": "a.md"}\r\n\n{"input": "b", "gguf": "b.gguf", "research": ["p.pdf"], "name": "B"}\n';
    expect(parseBatchList(text, "l.jsonl")).toEqual([
      { line: 1, input: "a.md", research: [] },
      { line: 3, input: "b", gguf: "b.gguf", research: ["p.pdf"], name: "B" },
    ]);
  });

  it.each([
    ["", /l\.jsonl: expected an object a line, found none/],
    ["a.md", /line 1: is no JSON/],
    ['"a.md"', /line 1: expected a JSON object/],
    ['[{"input": "a"}]', /line 1: expected a JSON object/],
    ['{"input": "a"}\n{"input": ""}', /line 2: "input"/],
    ['{"input": "a\\u0000b"}', /line 1: "input"/],
    ['{"input": "a", "research": "p.pdf"}', /"research": expected texts/],
    ['{"input": "a", "name": 7}', /"name": expected a text/],
    ['{"input": "a", "reserch": []}', /unknown field "reserch"/],
  ])("%j is none", (text, message) => {
    expect(() => parseBatchList(text, "l.jsonl")).toThrow(message);
    expect(() => parseBatchList(text, "l.jsonl")).toThrow(
      expect.objectContaining({ name: "UsageError" }),
    );
  });

  it("names its bad lines together", () => {
    expect(() => parseBatchList("x\n{}\n", "l")).toThrow(/line 1: .+; line 2: /);
  });

  it("has paths from where it lies, and leaves be what is no path", () => {
    const entry = {
      line: 1,
      input: "hf:Aria/Aria-7B",
      gguf: "aria-7b",
      research: ["p.pdf=https://x.example/p?a=1", "../q.md", "/r.md"],
    };
    expect(resolveEntry(entry, "/lists/a")).toEqual({
      ...entry,
      research: ["/lists/a/p.pdf=https://x.example/p?a=1", "/lists/q.md", "/r.md"],
    });
    const local = { line: 1, input: "card.md", gguf: "m/a.gguf", research: [] };
    expect(resolveEntry(local, "/lists")).toMatchObject({
      input: "/lists/card.md",
      gguf: "/lists/m/a.gguf",
    });
  });
});

describe("names", () => {
  it.each([
    ["models/aria/README.md", "aria"],
    ["aria/card.md", "aria"],
    ["card.md", "card"],
    ["a/aria-7b.gguf", "aria-7b"],
    ["hf:Aria/Aria-7B:Q4_K_M", "Aria-Aria-7B-Q4_K_M"],
    ["Aria2.5-7B.md=https://x.example/card", "Aria2.5-7B"],
    ["模型/", "模型"],
  ])("of %s is %s", (input, name) => {
    expect(named([input])).toEqual([name]);
  });

  it.each([
    ["../../etc/passwd", "etc-passwd"],
    ["..", "model"],
    ["/", "model"],
    ["C:\\con", "C-con"],
    ["NUL", "_NUL"],
    ["-rf", "rf"],
    [".hidden", "hidden"],
    ["a\u202egnp.md", "a-gnp.md"],
    ["a\nb\tc", "a-b-c"],
  ])("%j is made safe", (name, safe) => {
    expect(named([{ input: "x", name }])).toEqual([safe]);
  });

  it("are told apart, by case and by their numbers, too", () => {
    const names = named(["a/x.md", "b/x.md", "X.md", { input: "c", name: "x-2" }]);
    expect(names).toEqual(["x", "x-2", "X-3", "x-2-2"]);
  });

  it("are one plain name each, whatever was asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1 })), (texts) => {
        const names = named(texts.map((name) => ({ input: "x", name })));
        for (const name of names) {
          expect(name).toMatch(/^[^\s/\\:*?"<>|.-]/u);
          // oxlint-disable-next-line no-control-regex -- they have no business in a name
          expect(name).not.toMatch(/[/\\:*?"<>|\u0000-\u001f]/u);
          expect(Buffer.byteLength(name)).toBeLessThan(200);
        }
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      }),
    );
  });
});

describe("a plan", () => {
  const entry = { line: 1, input: "a.md", research: ["p.md"], gguf: "a.gguf" };
  const candidate: BatchCandidate = {
    entry,
    resolved: entry,
    name: "a",
    sources: "0123",
    record: undefined,
  };
  const [first] = planBatch([candidate], OPTIONS).jobs;
  const record: BatchRecord = {
    schema: 1,
    name: "a",
    input: "a.md",
    digest: first?.digest ?? "",
    file: "a.md",
    words: 400,
    seconds: 1,
    worded: 3,
    model: undefined,
    contradictions: 0,
    page: {},
  };

  it("skips what was made of the same sources by the same options, wherever they lie", () => {
    const moved = { ...entry, input: "/elsewhere/a.md" };
    const plan = planBatch([{ ...candidate, record, resolved: moved }], OPTIONS);
    expect(plan.jobs[0]?.done).toBe(record);
    expect(jobsToDo(plan)).toEqual([]);
  });

  it.each<[string, Partial<BatchCandidate>, Partial<BatchOptions>]>([
    ["other bytes", { sources: "4567" }, {}],
    ["sources that are gone", { sources: undefined }, {}],
    ["another address", { entry: { ...entry, input: "a.md=https://x.example" } }, {}],
    ["another document", { entry: { ...entry, research: [] } }, {}],
    ["another header", { entry: { line: 1, input: "a.md", research: ["p.md"] } }, {}],
    ["another length", {}, { words: { least: 300, most: 400 } }],
    ["another format", {}, { format: "html" }],
    ["another seed", {}, { seed: 1 }],
    ["another writer", {}, { writer: "model smollm2-135m" }],
  ])("does again what has %s", (_what, change, options) => {
    const plan = planBatch([{ ...candidate, record, ...change }], { ...OPTIONS, ...options });
    expect(jobsToDo(plan)).toHaveLength(1);
  });
});
