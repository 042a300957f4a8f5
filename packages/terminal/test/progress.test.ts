import fc from "fast-check";
import { expect, test } from "vitest";
import { type BarState, renderBar } from "../src/bar.ts";
import { colours } from "../src/colours.ts";
import { progress } from "../src/progress.ts";
import { createRateMeter } from "../src/rate.ts";
import { displayWidth } from "../src/width.ts";
import { recordingStream } from "./recording-stream.ts";

const download: BarState = {
  label: "Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf",
  done: 9_000_000_000,
  total: 30_000_000_000,
  unit: "bytes",
  rate: 35_100_000,
};

test("a bar tells label, per cent, amounts, rate and time left", () => {
  expect(renderBar(download, 120)).toBe(
    [
      "Qwen3-235B-A22B-Q4_…-00001-of-00005.gguf",
      "█████████░░░░░░░░░░░░░░░░░░░░░",
      "30%  9.00 of 30.0 GB  35.1 MB/s  9m 59s left",
    ].join("  "),
  );
});

test("a narrow terminal loses time, rate, amounts, bar and label in this order", () => {
  const has = (width: number): string[] => {
    const bar = renderBar(download, width);
    const parts = {
      label: "Qwen",
      bar: "░",
      percent: "30%",
      amounts: "GB",
      rate: "/s",
      time: "left",
    };
    return Object.entries(parts).flatMap(([part, sign]) => (bar.includes(sign) ? [part] : []));
  };
  expect(has(80)).toEqual(["label", "bar", "percent", "amounts", "rate", "time"]);
  expect(has(60)).toEqual(["label", "bar", "percent", "amounts", "rate"]);
  expect(has(48)).toEqual(["label", "bar", "percent", "amounts"]);
  expect(has(30)).toEqual(["label", "bar", "percent"]);
  expect(has(20)).toEqual(["label", "percent"]);
  expect(has(5)).toEqual(["percent"]);
});

test("work without a known total shows amounts and rate, and never a per cent", () => {
  expect(renderBar({ label: "writing", done: 214, unit: "tokens", rate: 7.25 }, 80)).toBe(
    "writing  214 tokens  7.3 tokens/s",
  );
});

test("100% shows only when all is done, and nothing of nothing is all", () => {
  expect(renderBar({ ...download, done: 29_999_999_999 }, 100)).toContain(" 99%");
  expect(renderBar({ label: "x", done: 0, total: 0, unit: "items" }, 100)).toContain(" 100%");
});

test("a bar is one line and never wider than the terminal, whatever the label", () => {
  const labels = fc.string({ unit: "grapheme", maxLength: 80 });
  const amounts = fc.nat({ max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(
      labels,
      amounts,
      fc.option(amounts),
      fc.integer({ min: 0, max: 150 }),
      (label, done, total, width) => {
        const bar = renderBar(
          { label, done, total: total ?? undefined, unit: "bytes", rate: 12 },
          width,
        );
        expect(displayWidth(bar)).toBeLessThanOrEqual(width);
        expect(bar).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      },
    ),
  );
});

test("the rate ignores what a resumed download had before, and falls in a stall", () => {
  const meter = createRateMeter();
  meter.add(0, 1_000_000);
  expect(meter.rate(100)).toBeUndefined();
  for (let second = 1; second <= 20; second++) meter.add(second * 1_000, 1_000_000 + second * 50);
  expect(meter.rate(20_000)).toBeCloseTo(50);
  expect(meter.rate(24_000)).toBeLessThan(40);
  expect(meter.rate(60_000)).toBeLessThan(5);
});

test("a log file gets a line for new work, for a new tenth and after a long silence", () => {
  let written = "";
  let nowMs = 0;
  const stream = recordingStream((text) => (written += text), { isTTY: false });
  const bar = progress({ stream, env: {}, now: () => nowMs });
  const at = (done: number, label = "a"): string => {
    written = "";
    bar.update({ label, done, total: 100, unit: "items" });
    return written;
  };
  expect(at(10)).toBe("a: 10%, 10 of 100\n");
  nowMs = 5_000;
  expect(at(19)).toBe("");
  expect(at(20)).toMatch(/^a: 20%, .*\n$/);
  nowMs = 15_000;
  expect(at(21)).toMatch(/^a: 21%, .*\n$/);
  expect(at(21, "b")).toMatch(/^b: 21%, .*\n$/);
});

test("on a terminal notes stay above the bar, and end takes the bar away", () => {
  let written = "";
  const terminal = { isTTY: true, columns: 60, rows: 24 };
  const stream = recordingStream((text) => (written += text), terminal);
  const bar = progress({ stream, env: {} });
  bar.update({ label: "a.gguf", done: 1, total: 4, unit: "items" });
  bar.note("verified\u001b[2J shard 1");
  bar.end();
  bar.end();
  const first = written.indexOf("a.gguf");
  const note = written.indexOf("verified shard 1\n");
  const second = written.indexOf("a.gguf", note);
  expect([first < note, note < second, note > 0]).toEqual([true, true, true]);
  expect(written.lastIndexOf("\u001b[2K")).toBeGreaterThan(second);
});

test("colours: FORCE_COLOR over NO_COLOR over TERM=dumb over being a terminal", () => {
  const on = (isTTY: boolean, env: Record<string, string>): boolean =>
    colours({ stream: { isTTY }, env }).isColorSupported;
  expect(on(true, {})).toBe(true);
  expect(on(false, {})).toBe(false);
  expect(on(true, { NO_COLOR: "1" })).toBe(false);
  expect(on(true, { NO_COLOR: "" })).toBe(true);
  expect(on(true, { TERM: "dumb" })).toBe(false);
  expect(on(false, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
  expect(on(true, { FORCE_COLOR: "0" })).toBe(false);
});
