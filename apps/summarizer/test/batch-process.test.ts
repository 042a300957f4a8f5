import type { ChildProcess } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenAiServer, startOpenAiServer } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXAMPLE, finished, type Outcome, startSummarize } from "./run.ts";

let directory = "";
let out = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-batch-"));
  out = join(directory, "pages");
  await cp(EXAMPLE, join(directory, "qwen3"), { recursive: true });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function start(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return startSummarize(directory, ["batch", ...words], env);
}

/** A list in the test's directory; its paths are relative to it, whatever the process's own is. */
async function listOf(...entries: readonly (object | string)[]): Promise<string> {
  const lines = entries.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry)));
  const list = join(directory, "list.jsonl");
  await writeFile(list, `${lines.join("\n")}\n`);
  return list;
}

function batch(list: string, ...words: string[]): Promise<Outcome> {
  return finished(start([list, "--out", out, ...words]));
}

describe("ggufkit-summarize batch", () => {
  it("writes the pages of a list, shows a table, and the next time only what is missing", async () => {
    const list = await listOf(
      { input: "qwen3" },
      { input: "qwen3/card.md", name: "../missing", research: ["none.md"] },
    );
    const first = await batch(list, "--extractive");
    expect(first.code).toBe(1);
    const [heading, page, missing] = first.stdout.split("\n");
    expect(heading).toMatch(/^name +words +seconds +worded +contradictions +error$/);
    expect(page).toMatch(/^qwen3 +\d{3} +\d+\.\d +0 +\d+$/);
    expect(missing).toMatch(/^missing +- +- +- +- +.*none\.md: no such file/);
    expect(first.stderr).toMatch(/1 written, 0 there already, 1 failed/);
    expect(first.stderr).toMatch(
      /ggufkit-summarize: 1 of 2 pages could not be written, see .*failed\.jsonl/,
    );
    expect((await readdir(out)).toSorted()).toEqual(["failed.jsonl", "qwen3.json", "qwen3.md"]);

    const markdown = await readFile(join(out, "qwen3.md"), "utf8");
    const record = JSON.parse(await readFile(join(out, "qwen3.json"), "utf8")) as { page: unknown };
    expect(record).toMatchObject({ name: "qwen3", input: "qwen3", file: "qwen3.md", worded: 0 });
    expect(record.page).toMatchObject({
      markdown,
      lines: expect.any(Array),
      facts: expect.any(Array),
    });

    await writeFile(
      join(directory, "none.md"),
      "---\nsource: https://x.example/n\n---\n# N\n\nNothing.\n",
    );
    const second = await batch(list, "--extractive");
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/1 written, 1 there already, 0 failed/);
    expect(await readdir(out)).not.toContain("failed.jsonl");
    const third = await batch(list, "--extractive", "--words", "350-380");
    expect(third.stderr).toMatch(/2 written, 0 there already/);
  });

  it("has a page in its record alone, or an event a line, where that was asked for", async () => {
    const list = await listOf({ input: "qwen3" });
    const { code, stdout } = await batch(list, "--extractive", "--format", "json", "--json");
    expect(code).toBe(0);
    expect(await readdir(out)).toEqual(["qwen3.json"]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.map(({ type }) => type)).toEqual(["started", "done", "result"]);
    expect(events.at(-1)).toMatchObject({
      done: 1,
      skipped: 0,
      failed: 0,
      rows: [{ name: "qwen3" }],
    });
  });

  it.each([
    ["no list", () => join(directory, "none.jsonl"), 1, /none\.jsonl: no such file/],
    ["a list of something else", () => listOf("# Aria"), 2, /list\.jsonl: line 1: is no JSON/],
  ])("%s is one line of error", async (_what, list, code, about) => {
    const outcome = await batch(await list(), "--extractive");
    expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
    expect(outcome.stderr).toMatch(about);
    expect(outcome.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    ["--concurrency", "0"],
    ["--concurrency", "1000"],
    ["--words", "many"],
    ["--format", "pdf"],
    ["--server", "http://127.0.0.1:1", "--extractive"],
  ])("%s %s is wrong usage", async (...words) => {
    const { code } = await batch(await listOf({ input: "qwen3" }), ...words);
    expect(code).toBe(2);
  });
});

describe("with a server", () => {
  let server: OpenAiServer;
  beforeEach(async () => {
    server = await startOpenAiServer({ answer: () => " is nonsense.\n", apiKey: "key" });
  });
  afterEach(() => server.close());
  const env = { GGUFKIT_SERVER_KEY: "key" };
  const onServer = (list: string, ...words: string[]): ChildProcess =>
    start([list, "--out", out, "--server", server.url, ...words], env);

  it("writes several pages at once, each with its own figures", async () => {
    server.pace.latency = 5;
    const names = ["a", "b", "c"];
    const list = await listOf(...names.map((name) => ({ input: "qwen3", name })));
    const { code, stderr } = await finished(onServer(list, "--concurrency", "3"));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/3 written/)]);
    expect(server.counts.mostParallel).toBeGreaterThan(1);
    expect(server.counts.mostParallel).toBeLessThanOrEqual(4); // its slots
    const records = names.map(
      async (name) =>
        JSON.parse(await readFile(join(out, `${name}.json`), "utf8")) as {
          page: { report: { usage: { readTokens: number } } };
        },
    );
    const read = (await Promise.all(records)).map(({ page }) => page.report.usage.readTokens);
    expect(new Set(read).size).toBe(1);
    expect(read[0]).toBeGreaterThan(100);
  });

  it("keeps what is finished at Ctrl-C, and goes on from there", async () => {
    const list = await listOf({ input: "qwen3", name: "a" }, { input: "qwen3", name: "b" });
    server.pace.latency = 20;
    const child = onServer(list, "--concurrency", "1", "--json");
    child.stdout?.on("data", (chunk: Buffer) => {
      if (/"started","name":"b"/.test(chunk.toString())) child.kill("SIGINT");
    });
    const { code, stdout, stderr } = await finished(child);
    expect([code, stderr]).toEqual([130, "ggufkit-summarize: interrupted\n"]);
    expect(stdout).toMatch(/\{"type":"error","code":"interrupted","message":"interrupted"\}\n$/);
    expect((await readdir(out)).toSorted()).toEqual(["a.json", "a.md"]);
    server.pace.latency = 0;
    const again = await finished(onServer(list));
    expect(again.stderr).toMatch(/1 written, 1 there already, 0 failed/);
  });

  it("says so where the server is not to be had, and asks for none where nothing is to do", async () => {
    const list = await listOf({ input: "qwen3" });
    expect(await finished(onServer(list))).toMatchObject({ code: 0 });
    await server.close();
    expect(await finished(onServer(list))).toMatchObject({ code: 0 });
    const { code, stderr } = await finished(onServer(list, "--seed", "1"));
    expect(code).toBe(1);
    const reason = String.raw`127\.0\.0\.1:\d+: connection refused \(ECONNREFUSED\)`;
    expect(stderr).toMatch(new RegExp(`^waiting: ${reason}\nggufkit-summarize: ${reason}\n$`));
  });
});
