import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { follow } from "@ggufkit/terminal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BatchEvent, type BatchPage, type BatchResult, runBatch } from "../src/batch/batch.ts";
import { readRecord } from "../src/batch/batch-files.ts";
import { type BatchJob, type BatchPlan, planBatch } from "../src/batch/batch-plan.ts";
import { runPool } from "../src/pool.ts";
import { SummarizerError } from "../src/errors.ts";
import type { WritingEvent } from "../src/prose.ts";
import { ServerError } from "../src/server/server-error.ts";

let out = "";
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "ggufkit-batch-"));
});
afterEach(() => rm(out, { recursive: true, force: true }));

/** A plan over what is in the directory now. */
async function planOf(names: readonly string[]): Promise<BatchPlan> {
  const candidates = names.map(async (name, at) => {
    const entry = { line: at + 1, input: `${name}.md`, research: [] };
    const record = await readRecord(out, name, "md");
    return { entry, resolved: entry, name, sources: name, record };
  });
  const options = { words: { least: 1, most: 9 }, format: "md", seed: 0, writer: "w" } as const;
  return planBatch(await Promise.all(candidates), options);
}

function pageOf({ name }: BatchJob): BatchPage {
  const page = { title: name };
  return { text: `# ${name}\n`, words: 2, worded: 1, model: "m", contradictions: 0, page };
}

type WritePage = (job: BatchJob, signal: AbortSignal) => AsyncGenerator<WritingEvent, BatchPage>;

async function* write(job: BatchJob): AsyncGenerator<WritingEvent, BatchPage> {
  yield { type: "writing", done: 0, total: 1 };
  return pageOf(job);
}

function failingOn(bad: string, error: Error): WritePage {
  return async function* (job) {
    if (job.name === bad) throw error;
    return yield* write(job);
  };
}

interface Ran {
  readonly result: BatchResult;
  readonly events: BatchEvent[];
}

async function run(
  names: readonly string[],
  writePage: WritePage = write,
  { concurrency = 2, signal = new AbortController().signal } = {},
): Promise<Ran> {
  const events: BatchEvent[] = [];
  const running = runBatch(await planOf(names), { out, concurrency, writePage, signal });
  const result = await follow(running, (event) => void events.push(event));
  return { result, events };
}

describe("a batch", () => {
  it("writes a page and a record of each, and nothing the second time", async () => {
    const { result, events } = await run(["a", "b", "c"]);
    expect(result).toMatchObject({ done: 3, skipped: 0, failed: 0 });
    expect((await readdir(out)).toSorted()).toEqual(
      ["a", "b", "c"].flatMap((name) => [`${name}.json`, `${name}.md`]),
    );
    expect(await readFile(join(out, "b.md"), "utf8")).toBe("# b\n");
    expect(await readRecord(out, "b", "md")).toMatchObject({
      name: "b",
      input: "b.md",
      words: 2,
      model: "m",
      page: { title: "b" },
    });
    expect(events.filter(({ name }) => name === "b").map(({ type }) => type)).toEqual([
      "started",
      "writing",
      "done",
    ]);
    const again = await run(["a", "b", "c"], failingOn("a", new Error("asked again")));
    expect(again.result).toMatchObject({ done: 0, skipped: 3, failed: 0 });
    expect(again.result.rows.map(({ words }) => words)).toEqual([2, 2, 2]);
  });

  it("goes on after a failure, writes it down, and tries it again", async () => {
    const { result } = await run(
      ["a", "b", "c"],
      failingOn("b", new SummarizerError("no-card", "no card here")),
    );
    expect(result).toMatchObject({ done: 2, skipped: 0, failed: 1 });
    expect(result.rows.map(({ error }) => error?.code)).toEqual([undefined, "no-card", undefined]);
    const failed = await readFile(join(out, "failed.jsonl"), "utf8");
    expect(
      failed
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ name: "b", line: 2, input: "b.md", code: "no-card", message: "no card here" }]);
    expect(await readdir(out)).not.toContain("b.md");

    const again = await run(["a", "b", "c"]);
    expect(again.result).toMatchObject({ done: 1, skipped: 2, failed: 0 });
    expect(await readdir(out)).not.toContain("failed.jsonl");
  });

  it("does again what has lost one of its files, or has a record that is none", async () => {
    await run(["a", "b", "c"]);
    await rm(join(out, "a.md"));
    await writeFile(join(out, "b.json"), '{"schema": 1');
    const { result } = await run(["a", "b", "c"]);
    expect(result).toMatchObject({ done: 2, skipped: 1 });
  });

  it("works on so many at once, and gives rows in the list's order", async () => {
    let now = 0;
    let most = 0;
    const names = ["slow", "b", "c", "d", "e", "f"];
    const { result, events } = await run(
      names,
      async function* (job) {
        most = Math.max(most, ++now);
        await setTimeout(job.name === "slow" ? 60 : 10);
        now -= 1;
        return yield* write(job);
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
    expect(result.rows.map(({ name }) => name)).toEqual(names);
    const done = events.filter(({ type }) => type === "done").map(({ name }) => name);
    expect(done.at(-1)).not.toBe("f");
    expect(done).toHaveLength(6);
  });

  it("stops at its signal: what is finished stays, what is not is not there", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const running = run(
      ["a", "b", "c", "d"],
      async function* (job, either) {
        if (job.name === "a" || job.name === "d") return yield* write(job);
        yield { type: "writing", done: 0, total: 1 };
        if (job.name === "b") controller.abort(new Error("enough"));
        await setTimeout(10_000, undefined, { signal: either });
        return pageOf(job);
      },
      { signal },
    );
    await expect(running).rejects.toThrow("enough");
    expect((await readdir(out)).toSorted()).toEqual(["a.json", "a.md"]);
    expect((await run(["a", "b", "c", "d"])).result).toMatchObject({ done: 3, skipped: 1 });
  });

  it("ends where its server has gone, and writes down what had failed before", async () => {
    const gone = new ServerError("connection refused", { again: "yes", isUnreachable: true });
    const running = run(
      ["a", "b", "c", "d"],
      async function* (job) {
        if (job.name === "b") throw new ServerError("status 500", { again: "yes", status: 500 });
        if (job.name === "c") throw gone;
        return yield* write(job);
      },
      { concurrency: 1 },
    );
    await expect(running).rejects.toBe(gone);
    expect((await readdir(out)).toSorted()).toEqual(["a.json", "a.md", "failed.jsonl"]);
  });

  it("stops the others when it ends", async () => {
    const gone = new ServerError("connection refused", { again: "yes", isUnreachable: true });
    const running = run(["a", "b"], async function* (job, signal) {
      yield { type: "writing", done: 0, total: 1 };
      if (job.name === "a") throw gone;
      await setTimeout(30_000, undefined, { signal });
      return pageOf(job);
    });
    await expect(running).rejects.toBe(gone);
    expect(await readdir(out)).toEqual([]);
  }, 5_000);

  it("ends where nothing can be written any more", async () => {
    const begun: string[] = [];
    const running = run(
      ["a", "b", "c", "d", "e"],
      async function* (job) {
        begun.push(job.name);
        await rm(out, { recursive: true, force: true });
        return yield* write(job);
      },
      { concurrency: 1 },
    );
    await expect(running).rejects.toMatchObject({ code: "output" });
    expect(begun).toEqual(["a"]);
  });
});

describe("a pool", () => {
  it("waits for the others when one of them fails", async () => {
    const ended: number[] = [];
    async function* work(job: number): AsyncGenerator<number> {
      try {
        yield job;
        await setTimeout(job);
        if (job === 1) throw new Error("one");
        yield job;
      } finally {
        ended.push(job);
      }
    }
    const pool = runPool([1, 20, 30, 40], 3, work);
    const all = async (): Promise<void> => {
      for await (const event of pool) expect(event).toBeGreaterThan(0);
    };
    await expect(all()).rejects.toThrow("one");
    expect(ended).toEqual([1, 20, 30]);
  });
});
