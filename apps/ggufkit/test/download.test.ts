import {
  HashMismatchError,
  type HubEvent,
  type ModelPlan,
  parseModelReference,
} from "@ggufkit/hub";
import { colours, stripControl } from "@ggufkit/terminal";
import { describe, expect, it } from "vitest";

import { parseConnections, parseRate } from "../src/download-arguments.ts";
import { eventLines, failureLine, resultLine } from "../src/event-lines.ts";
import { projectorText } from "../src/download-projector.ts";
import { foldRecord, NO_RECORD } from "../src/download-record.ts";
import { renderPlan } from "../src/render-plan.ts";

const plain = colours({ stream: {}, env: {} });

describe("--limit-rate", () => {
  it.each([
    ["500", 500],
    ["500k", 500_000],
    ["20M", 20_000_000],
    ["1.5G", 1_500_000_000],
    ["20MB", 20_000_000],
    ["20 MB/s", 20_000_000],
    ["20m", 20_000_000],
    ["20MiB", 20_971_520],
    ["1Gi", 1_073_741_824],
    ["0.5KiB/s", 512],
    ["1B/s", 1],
  ])("%s is %d bytes a second", (word, rate) => {
    expect(parseRate(word)).toBe(rate);
  });

  it.each([
    "",
    "0",
    "0.4",
    "-1",
    "fast",
    "20Mb",
    "20T",
    "1e6",
    "1,5M",
    "M",
    "20MB/m",
    "9".repeat(20),
  ])("%j is none, and the message says what is", (word) => {
    expect(() => parseRate(word)).toThrow(
      `--limit-rate: expected bytes a second such as 500k, 20M, 1.5G or 20MiB, got ${word}`,
    );
  });
});

describe("--connections", () => {
  it("is a whole number from 1 to 64", () => {
    expect([parseConnections("1"), parseConnections("64")]).toEqual([1, 64]);
    for (const word of ["0", "65", "-1", "1.5", "", "eight", "1e1", "0x8"])
      expect(() => parseConnections(word)).toThrow(
        `--connections: expected a whole number from 1 to 64, got ${word}`,
      );
  });
});

const PLAN: ModelPlan = {
  place: "hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M",
  files: [
    {
      name: "Q4_K_M/m-00001-of-00003.gguf",
      path: "/models/Q4_K_M/m-00001-of-00003.gguf",
      bytes: 30e9,
      state: "present",
      presentBytes: 30e9,
    },
    {
      name: "Q4_K_M/m-00002-of-00003.gguf",
      path: "/models/Q4_K_M/m-00002-of-00003.gguf",
      bytes: 30e9,
      state: "partial",
      presentBytes: 12e9,
    },
    {
      name: "Q4_K_M/m-00003-of-00003.gguf",
      path: "/models/Q4_K_M/m-00003-of-00003.gguf",
      bytes: 8.5e9,
      state: "absent",
      presentBytes: 0,
    },
  ],
  bytes: 68.5e9,
  fetchBytes: 26.5e9,
  disk: { directory: "/models", needed: 26.5e9, available: 1.2e12 },
};

describe("a plan", () => {
  it("is a table of what is there, with sums, disk and choice", () => {
    const plan = { ...PLAN, quantization: "Q4_K_M", reason: "Q4_K_M is the usual choice" };
    expect(renderPlan(plan, "mmproj.gguf reads images", plain)).toBe(
      [
        "hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M",
        "",
        "file                             size  state",
        "Q4_K_M/m-00001-of-00003.gguf  30.0 GB  present",
        "Q4_K_M/m-00002-of-00003.gguf  30.0 GB  partial, 12.0 GB of it there",
        "Q4_K_M/m-00003-of-00003.gguf  8.50 GB  to fetch",
        "",
        "Total         68.5 GB in 3 files",
        "To fetch      26.5 GB",
        "Disk          26.5 GB needed, 1.20 TB free in /models",
        "Quantization  Q4_K_M: Q4_K_M is the usual choice",
        "Projector     mmproj.gguf reads images",
        "",
      ].join("\n"),
    );
  });

  it("says what a place does not tell, and lets no name reach the terminal raw", () => {
    const disk = { ...PLAN.disk, needed: 0 };
    const files: ModelPlan["files"] = [
      { name: "a\u001b[2J.gguf", path: "/c/a.gguf", state: "absent", presentBytes: 0 },
    ];
    const text = renderPlan({ place: "https://h/a.gguf", files, disk }, undefined, plain);
    expect(text).toContain("a.gguf  unknown  to fetch");
    expect(text).toContain("Total         unknown in 1 file");
    expect(stripControl(text)).toBe(text);
    expect(text).not.toMatch(/Quantization|Projector|Choice/);
  });
});

describe("the projector that is left out", () => {
  const hint = (source: string, mmproj: string, quantization?: string): string | undefined =>
    projectorText(parseModelReference(source), {
      mmproj,
      ...(quantization !== undefined && { quantization }),
    });

  it("is told with the option that gets it", () => {
    expect(hint("hf:o/r:Q8_0", "mmproj-F16.gguf", "Q8_0")).toBe(
      "mmproj-F16.gguf reads images and sound for it: --include mmproj-F16.gguf gets it too",
    );
  });

  it("keeps the model that was chosen", () => {
    const text = hint("hf:o/r@v1", "mmproj.gguf", "Q4_K_M");
    expect(text).toContain(": hf:o/r@v1:Q4_K_M --include mmproj.gguf gets it too");
  });

  it("is named so that a shell and a glob mean it alone", () => {
    expect(hint("hf:o/r:F16", "my mmproj[1]*.gguf")).toContain(
      "--include 'my mmproj[[]1][*].gguf' gets",
    );
    expect(hint("hf:o/r:F16", "it's mmproj.gguf")).toContain(
      String.raw`--include 'it'\''s mmproj.gguf' gets`,
    );
  });
});

describe("lines of JSON", () => {
  it("have an event each, with progress at most once a second a file", () => {
    let now = 0;
    const lineOf = eventLines(() => now);
    const progress = (file: string, done: number): HubEvent => ({ type: "progress", file, done });
    const lines: string[] = [];
    for (; now <= 2_500; now += 100)
      for (const file of ["a", "b"]) lines.push(lineOf(progress(file, now)));
    const seen = lines
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { file: string; done: number });
    expect(seen.map(({ file, done }) => `${file} ${done}`)).toEqual([
      "a 0",
      "b 0",
      "a 1000",
      "b 1000",
      "a 2000",
      "b 2000",
    ]);
    expect(lineOf({ type: "cached", file: "a" })).toBe('{"type":"cached","file":"a"}\n');
  });

  it("have errors as name, code and message, and no control characters", () => {
    const error = new HashMismatchError("a\u009b2J.gguf", "00", "11");
    const failed: HubEvent = { type: "place-failed", place: "hf:o/r", error };
    const line = eventLines(() => 0)(failed);
    expect(line).not.toMatch(/[\u007f-\u009f]/);
    expect(JSON.parse(line)).toEqual({
      type: "place-failed",
      place: "hf:o/r",
      error: { name: "HashMismatchError", code: "hash-mismatch", message: error.message },
    });
    expect(JSON.parse(failureLine(error, false))).toEqual({
      type: "error",
      code: "hash-mismatch",
      message: error.message,
    });
    expect(JSON.parse(failureLine(new Error("aborted"), true))).toMatchObject({
      code: "interrupted",
    });
  });

  it("end with the result", () => {
    const files = [{ path: "/m/a.gguf", bytes: 5, sha256: "ab" }];
    const model = { place: "hf:o/r", quantization: "Q8_0", bytes: 5, files };
    const line = resultLine(model);
    expect(line).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(line)).toEqual({ type: "result", ...model });
  });
});

describe("the record of a download", () => {
  const after = (...events: HubEvent[]): typeof NO_RECORD => events.reduce(foldRecord, NO_RECORD);
  const planned: HubEvent = { type: "planned", plan: PLAN };
  const file = PLAN.files[0]?.name ?? "";
  const some: HubEvent = { type: "progress", file, done: 1 };

  it("knows whether another run can go on", () => {
    expect(after(planned).isPartKept).toBe(false);
    expect(after(planned, { ...some, done: 0 }).isPartKept).toBe(false);
    expect(after(planned, some).isPartKept).toBe(true);
    expect(after(planned, { type: "resumed", file, done: 1, bytes: 2 }).isPartKept).toBe(true);
  });

  it("promises nothing of what pip fetches, nor of a place that failed", () => {
    expect(after(planned, { ...some, file: "a.whl" }).isPartKept).toBe(false);
    const error = new HashMismatchError(file, "00", "11");
    expect(after(planned, some, { type: "place-failed", place: "p", error })).toEqual(NO_RECORD);
  });
});
