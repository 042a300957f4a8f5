import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { follow } from "../src/follow.ts";
import { renderTransfer, summaryBar } from "../src/transfer-bars.ts";
import { transferDisplay } from "../src/transfer-display.ts";
import type { TransferEvent } from "../src/transfer-event.ts";
import { transferNote } from "../src/transfer-notes.ts";
import { foldTransfer, NO_TRANSFER, type TransferState } from "../src/transfer-state.ts";
import { displayWidth } from "../src/width.ts";
import { recordingStream } from "./recording-stream.ts";

const GB = 1e9;
const MB = 1e6;

function shard(no: number, of = 5): string {
  const digits = (value: number): string => String(value).padStart(5, "0");
  return `Q4_K_M/Qwen3-235B-A22B-Q4_K_M-${digits(no)}-of-${digits(of)}.gguf`;
}

/** A set of shards of 30 GB each, the first of which is there. */
function planned(count = 5): TransferEvent {
  const files = Array.from({ length: count }, (_, index) => ({
    name: shard(index + 1, count),
    bytes: 30 * GB,
    presentBytes: index === 0 ? 30 * GB : 0,
  }));
  const bytes = 30 * GB * count;
  return { type: "planned", plan: { files, bytes, fetchBytes: bytes - 30 * GB } };
}

/** State and lines that stay, after events a second apart or at times of their own. */
function played(
  events: readonly (TransferEvent | [atMs: number, event: TransferEvent])[],
  from: TransferState = NO_TRANSFER,
): { state: TransferState; notes: string[] } {
  let state = from;
  const notes: string[] = [];
  events.forEach((entry, index) => {
    const [atMs, event] = Array.isArray(entry) ? entry : [index * 1_000, entry];
    const note = transferNote(event, state, atMs);
    if (note !== undefined) notes.push(note);
    state = foldTransfer(state, event, atMs);
  });
  return { state, notes };
}

function progressOf(no: number, done: number, rate = 20 * MB, of = 5): TransferEvent {
  const left = (30 * GB - done) / rate;
  return { type: "progress", file: shard(no, of), done, total: 30 * GB, rate, left };
}

describe("bars", () => {
  const underWay: TransferEvent[] = [
    planned(),
    { type: "cached", file: shard(1) },
    { type: "started", file: shard(2), bytes: 30 * GB },
    { type: "started", file: shard(3), bytes: 30 * GB },
    progressOf(2, 15 * GB),
    progressOf(3, 3 * GB, 10 * MB),
  ];
  const room = { width: 130, rows: 24, nowMs: 5_500 };

  it("are one for each file under way and one for all, in the same columns", () => {
    const { state } = played(underWay);
    expect(renderTransfer(state, room)).toEqual([
      "Q4_K_M/Qwen3-235B-A…-00002-of-00005.gguf  ███████████████░░░░░░░░░░░░░░░  50%   15.0 of 30.0 GB  20.0 MB/s  12m 30s left",
      "Q4_K_M/Qwen3-235B-A…-00003-of-00005.gguf  ███░░░░░░░░░░░░░░░░░░░░░░░░░░░  10%   3.00 of 30.0 GB  10.0 MB/s  45m 00s left",
      "1 of 5 files                              █████████░░░░░░░░░░░░░░░░░░░░░  32%  48.0 of 150.0 GB  30.0 MB/s  56m 40s left",
    ]);
  });

  it("are as many as fit, and say how many more there are", () => {
    const events = [planned(12), ...Array.from({ length: 10 }, (_, no) => progressOf(no + 2, GB))];
    const { state } = played(events.map((event) => renamed(event)));
    const bars = (rows: number): string[] =>
      renderTransfer(state, { ...room, rows }).map((line) => line.split(/ {2,}/)[0] ?? "");
    expect(bars(24)).toHaveLength(8);
    expect(bars(24).slice(-2)).toEqual(["and 4 more", "0 of 12 files"]);
    expect(bars(5)).toHaveLength(4);
    expect(bars(5).slice(-2)).toEqual(["and 8 more", "0 of 12 files"]);
  });

  it("show no rate that is no longer true", () => {
    const { state } = played(underWay);
    const [, third, all] = renderTransfer(state, { ...room, nowMs: 9_500 });
    expect(third).toContain("10.0 MB/s");
    expect(all).toContain("10.0 MB/s");
    const stalled = renderTransfer(state, { ...room, nowMs: 60_000 }).join("\n");
    expect(stalled.match(/ 0 B\/s/g)).toHaveLength(3);
    expect(stalled).not.toContain("left");
  });

  it("say what a file does when no bytes come", () => {
    const { state } = played([
      ...underWay,
      { type: "verifying", file: shard(2) },
      { type: "waiting", file: shard(3), pid: 7 },
    ]);
    const [second, third, all] = renderTransfer(state, room);
    expect(second).toMatch(/ {2}verifying$/);
    expect(third).toMatch(/ {2}waiting$/);
    expect(all).not.toContain("/s");
    const last = played([progressOf(3, 30 * GB)], played(underWay).state);
    expect(renderTransfer(last.state, room)[1]).toMatch(/ 100% .* {2}verifying$/);
  });

  it("show what is checked before there is a plan", () => {
    const events: TransferEvent[] = [
      { type: "place", place: "hf:o/r" },
      { type: "verifying", file: "a.gguf" },
      { type: "verified", file: "a.gguf" },
      { type: "verifying", file: "b.gguf" },
    ];
    const { state } = played(events);
    expect(renderTransfer(state, room)).toEqual(["b.gguf  verifying"]);
    const files = [
      { name: "a.gguf", bytes: GB, presentBytes: GB },
      { name: "b.gguf", bytes: GB, presentBytes: 0 },
    ];
    const { notes } = played(
      [
        { type: "planned", plan: { files, bytes: 2 * GB, fetchBytes: GB } },
        { type: "cached", file: "a.gguf" },
      ],
      state,
    );
    expect(notes[1]).toBe("a.gguf: 1.00 GB, already there, sha256 verified");
  });

  it("are one alone for one file, and none when it is done", () => {
    const events: TransferEvent[] = [
      {
        type: "planned",
        plan: { files: [{ name: "m.gguf", bytes: 4 * MB, presentBytes: 0 }], bytes: 4 * MB },
      },
      { type: "progress", file: "m.gguf", done: MB, total: 4 * MB },
    ];
    expect(renderTransfer(played(events).state, room)).toEqual([
      "m.gguf  ███████░░░░░░░░░░░░░░░░░░░░░░░  25%  1.00 of 4.00 MB",
    ]);
    const done: TransferEvent = { type: "done", file: "m.gguf", bytes: 4 * MB, seconds: 1 };
    expect(renderTransfer(played([...events, done]).state, room)).toEqual([]);
  });

  it("are never wider than the terminal, and lose the least important first", () => {
    const { state } = played(underWay);
    const signs = { label: "Q4", bar: "░", percent: "%", amounts: "GB", rate: "/s", time: "left" };
    const parts = (width: number): string[] => {
      const [line = ""] = renderTransfer(state, { ...room, width });
      return Object.entries(signs).flatMap(([part, sign]) => (line.includes(sign) ? [part] : []));
    };
    expect(parts(84)).toEqual(["label", "bar", "percent", "amounts", "rate", "time"]);
    expect(parts(60)).toEqual(["label", "bar", "percent", "amounts", "rate"]);
    expect(parts(48)).toEqual(["label", "bar", "percent", "amounts"]);
    expect(parts(30)).toEqual(["label", "bar", "percent"]);
    expect(parts(20)).toEqual(["label", "percent"]);
    expect(parts(5)).toEqual(["percent"]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 150 }), (width) => {
        for (const line of renderTransfer(state, { ...room, width }))
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

/** Twelve shards in place of five. */
function renamed(event: TransferEvent): TransferEvent {
  return "file" in event ? { ...event, file: event.file.replace("of-00005", "of-00012") } : event;
}

describe("the state", () => {
  it("counts what is there already, and begins anew at another place", () => {
    const { state } = played([{ type: "place", place: "hf:o/r" }, planned()]);
    expect(summaryBar(state, 0)).toMatchObject({ done: 30 * GB, total: 150 * GB });
    const failed = played(
      [{ type: "place-failed", place: "hf:o/r", error: new Error("gone") }],
      state,
    );
    expect(failed.notes).toEqual(["not from hf:o/r: gone"]);
    const named = new Error("hf:o/r: gone");
    expect(played([{ type: "place-failed", place: "hf:o/r", error: named }]).notes).toEqual(
      failed.notes,
    );
    expect(summaryBar(failed.state, 0)).toBeUndefined();
  });

  it("has the terms of a model told in one line, before its place", () => {
    const url = "https://terms.example/";
    const { notes } = played([
      { type: "terms", model: "tiny", name: "Terms of Use", url },
      { type: "place", place: "pypi:n-part1==1.0 and 2 more pieces" },
    ]);
    expect(notes).toEqual([
      "tiny: whoever uses it agrees to the Terms of Use, https://terms.example/",
      "fetching pypi:n-part1==1.0 and 2 more pieces",
    ]);
  });

  it("takes a file back to its beginning, and on from where it was", () => {
    const name = shard(2);
    const { state, notes } = played([
      planned(),
      { type: "resumed", file: name, done: 12 * GB, bytes: 30 * GB },
      { type: "restarted", file: name, reason: "the file has changed" },
    ]);
    expect(summaryBar(state, 0)).toMatchObject({ done: 30 * GB });
    expect(notes.slice(1)).toEqual([
      `${name}: goes on at 12.0 GB of 30.0 GB`,
      `${name}: from its beginning again: the file has changed`,
    ]);
  });

  it("is one file after the other where there is no plan", () => {
    const { state } = played([
      { type: "started", file: "a.whl" },
      { type: "progress", file: "a.whl", done: 5 },
      { type: "started", file: "a.gguf", bytes: 4 },
    ]);
    expect(summaryBar(state, 0)).toMatchObject({ label: "a.gguf", done: 0, total: 4 });
  });

  it("of an unknown whole has no total", () => {
    const files = [
      { name: "a", presentBytes: 0, bytes: 5 },
      { name: "b", presentBytes: 0 },
    ];
    const { state, notes } = played([
      { type: "planned", plan: { files } },
      { type: "progress", file: "b", done: 3 },
    ]);
    expect(notes).toEqual(["2 files"]);
    expect(summaryBar(state, 0)).toEqual({
      label: "0 of 2 files",
      unit: "bytes",
      done: 3,
      total: undefined,
      rate: undefined,
    });
  });

  it("lets events pass that it does not know", () => {
    const future = { type: "merged", file: shard(1) } as unknown as TransferEvent;
    const { state } = played([planned()]);
    expect(played([future], state)).toEqual({ state, notes: [] });
  });
});

describe("lines that stay", () => {
  it("tell of the choice, the plan, and each file that is done", () => {
    const { notes } = played([
      { type: "place", place: "hf:Qwen/Qwen3-235B-A22B-GGUF" },
      { type: "chosen", file: "a.gguf", quantization: "Q4_K_M", reason: "Q4_K_M is usual" },
      { type: "chosen", file: "a.gguf", quantization: "Q8_0", reason: "it is the only one" },
      planned(),
      { type: "cached", file: shard(1) },
      { type: "verified", file: shard(2) },
      { type: "done", file: shard(2), bytes: 28.6 * GB, seconds: 252 },
      { type: "done", file: shard(3), bytes: 30 * GB, seconds: 60 },
    ]);
    expect(notes).toEqual([
      "fetching hf:Qwen/Qwen3-235B-A22B-GGUF",
      "a.gguf: Q4_K_M is usual",
      "a.gguf: Q8_0, it is the only one",
      "5 files, 150.0 GB, 120.0 GB to fetch",
      `${shard(1)}: 30.0 GB, already there`,
      `${shard(2)}: 28.6 GB in 4m 12s, sha256 verified`,
      `${shard(3)}: 30.0 GB in 1m 00s`,
    ]);
  });

  it("tell in one line of a model that is there, and not at all of a user's own file", () => {
    const files = ["a.gguf", "b.gguf"].map((name) => ({ name, bytes: GB, presentBytes: GB }));
    const events: TransferEvent[] = [
      { type: "planned", plan: { files, bytes: 2 * GB, fetchBytes: 0 } },
      { type: "cached", file: "a.gguf" },
      { type: "cached", file: "b.gguf" },
    ];
    const asked: TransferEvent = { type: "place", place: "hf:o/r" };
    expect(played([asked, ...events]).notes).toEqual([
      "fetching hf:o/r",
      "2 files, 2.00 GB, already there",
    ]);
    expect(played(events).notes).toEqual([]);
  });

  it("tell of the one file that the files become", () => {
    const files = [1, 2].map((no) => ({ name: shard(no), bytes: GB, presentBytes: 0 }));
    const { notes } = played([
      { type: "planned", plan: { files, bytes: 2 * GB, joined: { name: "m.gguf" } } },
      { type: "done", file: "m.gguf", bytes: 2 * GB, seconds: 60 },
    ]);
    expect(notes).toEqual(["2 files, 2.00 GB, merged into m.gguf", "m.gguf: 2.00 GB in 1m 00s"]);
  });

  it("tell of a retry once, and count while it is no news", () => {
    const file = "a.gguf";
    const retried = (reason: string): TransferEvent => ({ type: "retried", file, reason, wait: 2 });
    const { notes } = played([
      [0, retried("connection reset")],
      [100, retried("connection reset")],
      [200, retried("HTTP 503")],
      [300, { ...retried("HTTP 503"), file: "b.gguf" } as TransferEvent],
      [9_000, retried("connection reset")],
      [12_000, retried("connection reset")],
      [13_000, { type: "done", file, bytes: MB, seconds: 13 }],
    ]);
    expect(notes).toEqual([
      "a.gguf: connection reset, trying again in 2s",
      "a.gguf: HTTP 503, trying again in 2s",
      "b.gguf: HTTP 503, trying again in 2s",
      "a.gguf: connection reset, 3 times in 12s, trying again in 2s",
      "a.gguf: 1.00 MB in 13s, 5 retries",
    ]);
  });

  it("tell of damage and of another process, once", () => {
    const { notes } = played([
      { type: "repaired", file: "a.gguf", start: 1.2 * GB, end: 1.2 * GB + 8 * MB },
      { type: "waiting", file: "a.gguf", pid: 41 },
      { type: "waiting", file: "a.gguf", pid: 41 },
    ]);
    expect(notes).toEqual([
      "a.gguf: 8.00 MB at 1.20 GB came damaged, and are fetched again",
      "a.gguf: another process (41) is fetching it, waiting",
    ]);
  });
});

describe("transferDisplay", () => {
  it("in a log file has a line for the start, each tenth, and what is done", () => {
    let written = "";
    let nowMs = 0;
    const stream = recordingStream((text) => (written += text), { isTTY: false });
    const shown = transferDisplay({ env: {}, stream, now: () => nowMs });
    shown.show({ type: "place", place: "hf:o/\u001b[31mr" });
    shown.show(planned(2));
    shown.show({ type: "cached", file: shard(1, 2) });
    for (let done = 0; done <= 300; done++) {
      nowMs += 200;
      shown.show(progressOf(2, (done * GB) / 10, 500 * MB, 2));
    }
    shown.show({ type: "done", file: shard(2, 2), bytes: 30 * GB, seconds: 60 });
    shown.end();
    const lines = written.trimEnd().split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "fetching hf:o/r",
      "2 files, 60.0 GB, 30.0 GB to fetch",
      `${shard(1, 2)}: 30.0 GB, already there`,
      "1 of 2 files: 60%, 36.0 of 60.0 GB, 500.0 MB/s, 48s left",
    ]);
    expect(lines.slice(4).map((line) => /\d+%/.exec(line)?.[0] ?? line)).toEqual([
      "70%",
      "80%",
      "90%",
      `${shard(2, 2)}: 30.0 GB in 1m 00s`,
    ]);
  });

  it("in a log file breaks a silence of a minute, and no shorter one", () => {
    let written = "";
    let nowMs = 0;
    const stream = recordingStream((text) => (written += text), { isTTY: false });
    const shown = transferDisplay({ env: {}, stream, now: () => nowMs });
    for (; nowMs <= 150_000; nowMs += 500)
      shown.show({ type: "progress", file: "a.whl", done: nowMs });
    expect(written).toBe("a.whl: 60.0 kB\na.whl: 120.0 kB\n");
  });

  it("on a terminal keeps lines above the bars, and takes these away", () => {
    let written = "";
    const terminal = { isTTY: true, columns: 100, rows: 24 };
    const stream = recordingStream((text) => (written += text), terminal);
    const shown = transferDisplay({ env: {}, stream });
    shown.show(planned(2));
    shown.show(progressOf(2, 3 * GB, MB, 2));
    shown.note("more\u001b[2J to say");
    const note = written.indexOf("more to say\n");
    expect(written.indexOf("0 of 2 files")).toBeLessThan(note);
    expect(written.indexOf("0 of 2 files", note)).toBeGreaterThan(note);
    shown.end();
    shown.end();
    const last = written.lastIndexOf("0 of 2 files");
    expect(written.lastIndexOf("\u001b[2K")).toBeGreaterThan(last);
    expect(written.slice(last)).not.toContain("GB in");
  });
});

describe("follow", () => {
  it("shows each event before it asks for the next, and returns the result", async () => {
    const log: string[] = [];
    async function* work(): AsyncGenerator<string, number> {
      yield "a";
      log.push("asked again");
      yield "b";
      return 3;
    }
    const result = await follow(work(), async (event) => {
      await Promise.resolve();
      log.push(event);
    });
    expect({ result, log }).toEqual({ result: 3, log: ["a", "asked again", "b"] });
  });

  it("ends the work when an event cannot be shown", async () => {
    let cleaned = false;
    async function* work(): AsyncGenerator<string, number> {
      try {
        yield "a";
        return 1;
      } finally {
        cleaned = true;
      }
    }
    const following = follow(work(), () => Promise.reject(new Error("closed")));
    await expect(following).rejects.toThrow("closed");
    expect(cleaned).toBe(true);
  });
});
