import type { ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildQwen3Model } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLE, finished, type Outcome, startSummarize } from "./run.ts";

/** A copy of the example, an empty cache, a tiny model: all that the tests write is in it. */
let directory = "";
let input = "";
let tiny = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-summarize-"));
  input = join(directory, "qwen3");
  tiny = join(directory, "tiny.gguf");
  await cp(EXAMPLE, input, { recursive: true });
  await writeFile(tiny, buildQwen3Model({ contextLength: 2048 }));
});
afterAll(() => rm(directory, { recursive: true }));

function start(words: readonly string[]): ChildProcess {
  return startSummarize(directory, words);
}

function summarize(...words: string[]): Promise<Outcome> {
  return finished(start(words));
}

/** A file or directory of the test's own. */
async function written(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** One line that begins with the tool's name, and no stack trace. */
function expectOneError(stderr: string, about: string | RegExp): void {
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(/^(?:ggufkit-summarize|error): /);
  expect(stderr).toMatch(about);
}

/** What the page of the example has to be, whoever words its prose. */
function expectRightPage(page: string): void {
  const words = page.split(/\s+/).filter(Boolean).length;
  expect(words).toBeGreaterThanOrEqual(300);
  expect(words).toBeLessThanOrEqual(500);
  expect(page).toMatch(/^# Qwen3-235B-A22B-GGUF\n/);
  expect(page.match(/^- /gm)?.length).toBeGreaterThanOrEqual(6);
  for (const fact of FACTS) expect(page).toContain(fact);
  for (const slip of SLIPS) expect(page).not.toMatch(slip);
}

const FACTS =
  "235B; 22B; 94 layers; 64 query heads; 4 KV heads; 128 experts; 8 of them; 32,768 tokens; 131,072 tokens; YaRN; presence penalty 1.5; temperature 0.6; q4_K_M; q5_0; q5_K_M; q6_K; q8_0; /no_think; 5 shards".split(
    "; ",
  );
const SLIPS = [/256K|262,144/, /multimodal/i, /code execution/i, /extrapolat/i, /undefined|NaN/];

async function sourceUrls(): Promise<string[]> {
  const files = (await readdir(input, { recursive: true })).filter((name) => name.endsWith(".md"));
  const texts = await Promise.all(files.map((name) => readFile(join(input, name), "utf8")));
  return texts.map((text) => /^source: (\S+)$/m.exec(text)?.[1] ?? "none");
}

describe("--extractive", () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await summarize(input, "--extractive");
  });

  it("writes a right page to stdout, and a line to stderr", () => {
    expect(outcome.code).toBe(0);
    expectRightPage(outcome.stdout);
    expect(outcome.stderr).toMatch(
      /^\d+ words in [\d.]+ s, all prose in the sources' own sentences\n$/,
    );
  });

  it("links to the sources and to nothing else", async () => {
    const links = [...outcome.stdout.matchAll(/https?:\/\/[^\s)]+/g)].map(([url]) => url);
    const urls = await sourceUrls();
    expect(new Set(links).size).toBeGreaterThanOrEqual(4);
    expect(links.filter((link) => !urls.includes(link))).toEqual([]);
  });

  it("writes the same page again", async () => {
    expect((await summarize(input, "--extractive")).stdout).toBe(outcome.stdout);
  });

  it("keeps to another range of words", async () => {
    const { code, stdout } = await summarize(input, "--extractive", "--words", "350-380");
    expect(code).toBe(0);
    const words = stdout.split(/\s+/).filter(Boolean).length;
    expect(words).toBeGreaterThanOrEqual(350);
    expect(words).toBeLessThanOrEqual(380);
  });

  it("writes JSON with the evidence for each line", async () => {
    const { code, stdout } = await summarize(input, "--extractive", "--format", "json");
    expect(code).toBe(0);
    const page = JSON.parse(stdout) as Record<string, never> & {
      lines: { source: { url: string }; evidence: unknown[]; writer: string }[];
    };
    expect(page).toMatchObject({
      title: "Qwen3-235B-A22B-GGUF",
      markdown: outcome.stdout,
      candidates: [],
    });
    expect(page).toMatchObject({ audit: { ok: true, findings: [], counts: { contradicted: 0 } } });
    const urls = await sourceUrls();
    for (const { source, evidence, writer } of page.lines) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(urls).toContain(source.url);
      expect(["template", "source"]).toContain(writer);
    }
  });

  it("writes a file whole, and nothing to stdout", async () => {
    const out = join(directory, "out");
    await mkdir(out);
    const { code, stdout } = await summarize(input, "--extractive", "--out", join(out, "page.md"));
    expect([code, stdout]).toEqual([0, ""]);
    expect(await readdir(out)).toEqual(["page.md"]);
    expect(await readFile(join(out, "page.md"), "utf8")).toBe(outcome.stdout);
  });

  it("writes one HTML file that needs no other", async () => {
    const { code, stdout } = await summarize(input, tiny, "--extractive", "--format", "html");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout).not.toMatch(/<script|<link|<img/);
    for (const fact of ["131,072 tokens", "YaRN", "128 experts"]) expect(stdout).toContain(fact);
  });

  it("takes further inputs for the model's GGUF and for documents about it", async () => {
    const card = join(input, "card.md");
    const paper = await written(
      "paper.txt",
      "Qwen3 was shown to 12 reviewers, who liked its answers best of all models.",
    );
    const address = "https://example.org/reviews";
    const words = [card, tiny, `${paper}=${address}`, "--extractive"];
    const { code, stdout, stderr } = await summarize(...words, "--words", "150-500");
    expect(code).toBe(0);
    expect(stdout).toContain(`](${address})`);
    expect(stderr).toMatch(/^contradiction: layers: .* says 2, model card says 94$/m);
  });

  it("is no error to whoever reads only the head", async () => {
    const child = start([input, "--extractive"]);
    child.stdout?.destroy();
    expect(await finished(child)).toMatchObject({ code: 0 });
  });
});

describe("with a model", () => {
  it("writes a right page even if the model writes nonsense, and says how it did", async () => {
    const { code, stdout, stderr } = await summarize(input, "--model", tiny);
    expect(code).toBe(0);
    expectRightPage(stdout);
    expect(stdout).toContain("DO NOT use greedy decoding, as it can lead to");
    expect(stderr).toMatch(
      /^model tiny\.gguf: read [\d,]+ tokens \(\d+\/s\), wrote [\d,]+ tokens/m,
    );
    expect(stderr).toMatch(
      /^\d+ sentences for \d+ notes: 0 kept, 0 copies, \d+ thrown away; \d+ notes keep the source's words$/m,
    );
    expect(stderr).toMatch(
      /^\d+ words in [\d.]+ s, 0 of the page's sentences worded by the model$/m,
    );
  });

  it("writes the same for the same seed, and lists what was thrown away", async () => {
    const words = [input, "--model", tiny, "--seed", "5", "--threads", "1", "--format", "json"];
    const [first, second] = [await summarize(...words), await summarize(...words)].map(
      ({ stdout }) =>
        JSON.parse(stdout) as { markdown: string; candidates: { attempts: unknown[] }[] },
    );
    expect(second?.markdown).toBe(first?.markdown);
    expect(second?.candidates).toEqual(first?.candidates);
    expect(first?.candidates.length).toBeGreaterThan(5);
    expect(first?.candidates[0]?.attempts[0]).toMatchObject({ verdict: "thrown-away" });
  });

  it("takes a header's facts before the card's", async () => {
    const { code, stderr } = await summarize(input, "--extractive", "--gguf", tiny);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^contradiction: layers: .* says 2, model card says 94$/m);
  });

  it("writes extractively where there is no model to be had, and says so in a line", async () => {
    const { code, stdout, stderr } = await summarize(input);
    expect(code).toBe(0);
    expectRightPage(stdout);
    expect(stderr.match(/no model to be had, writing extractively: .+/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("lets a model think that can", async () => {
    const words = [input, "--model", tiny, "--thinking", "on", "--thinking-budget", "8"];
    const { code, stdout } = await summarize(...words);
    expect(code).toBe(0);
    expectRightPage(stdout);
    expect(stdout).not.toMatch(/think>/);
  });

  it("stops at Ctrl-C with nothing at --out", async () => {
    const out = join(directory, "interrupted");
    await mkdir(out);
    const child = start([input, "--model", tiny, "--out", join(out, "page.md")]);
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      if (chunk.includes("wording")) child.kill("SIGINT");
    });
    const { code, stdout, stderr } = await finished(child);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(/ggufkit-summarize: interrupted\n$/);
    expect(await readdir(out)).toEqual([]);
  });
});

describe("bad input", () => {
  it.each([
    ["a missing file", () => "missing.md", /missing\.md: no such file/],
    ["a directory without a card", () => mkdtemp(join(directory, "d-")), /card\.md or README\.md/],
    ["an empty card", () => written("empty.md", "\n \n"), /the file is empty/],
    ["a card with NUL bytes", () => written("nul.md", "# A\0B"), /NUL byte/],
    ["a card without its source", () => written("sourceless.md", "# A\n\nText."), /source: https/],
    [
      "a card with too little in it",
      () =>
        written(
          "little.md",
          "---\nsource: https://x.example/a\nlicense: mit\n---\n# Aria-7B\n\nA model of the Aria series, made for short answers.",
        ),
      /the sources support a page of \d+ words, expected at least 300/,
    ],
  ])("%s ends with 1 and a line", async (_what, path, about) => {
    const { code, stdout, stderr } = await summarize(await path(), "--extractive");
    expect([code, stdout]).toEqual([1, ""]);
    expectOneError(stderr, about);
  });

  it.each([
    ["is not there", () => "missing.gguf", /missing\.gguf: no such file/],
    ["is HTML", () => written("html.gguf", "<!DOCTYPE html><p>Not found</p>"), /HTML/],
    [
      "is cut off",
      async () => {
        const path = join(directory, "cut.gguf");
        await writeFile(path, buildQwen3Model().subarray(0, 9_000));
        return path;
      },
      /cut\.gguf/,
    ],
  ])("a --model that %s ends with 1", async (_what, path, about) => {
    const { code, stdout, stderr } = await summarize(input, "--model", await path());
    expect([code, stdout]).toEqual([1, ""]);
    const errors = stderr
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("fetching "));
    expectOneError(errors.join("\n"), about);
  });

  it("an --out in a missing directory ends with 1", async () => {
    const out = join(directory, "missing", "page.md");
    const { code, stderr } = await summarize(input, "--extractive", "--out", out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ggufkit-summarize: .*missing/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ["an unknown alias", ["--model", "aria-nobody-knows"]],
    ["a range that is none", ["--words", "many"]],
    ["a range upside down", ["--words", "500-300"]],
    ["a seed that is none", ["--seed", "-1"]],
    ["an unknown format", ["--format", "pdf"]],
    ["a second GGUF", ["a.gguf", "--gguf", "b.gguf", "--extractive"]],
    ["a mode of thinking that is none", ["--thinking", "hard"]],
    ["a budget that is none", ["--thinking", "on", "--thinking-budget", "0"]],
    ["--server with --model", ["--server", "http://127.0.0.1:9", "--model", "tiny.gguf"]],
    ["--model with --extractive", ["--model", "tiny.gguf", "--extractive"]],
    ["an unknown option", ["--frobnicate"]],
  ])("%s is wrong usage: 2", async (_what, words) => {
    const { code, stdout, stderr } = await summarize(input, ...words);
    expect([code, stdout]).toEqual([2, ""]);
    expectOneError(stderr, /./);
  });

  it("no input at all is wrong usage, --help is none", async () => {
    expect(await summarize()).toMatchObject({ code: 2, stdout: "" });
    const { code, stdout } = await summarize("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:");
  });
});
