import fc from "fast-check";
import { expect, test } from "vitest";
import { formatBytes, formatCount, formatDuration, formatMemory } from "../src/amounts.ts";
import { colours } from "../src/colours.ts";
import { singleLine, stripControl } from "../src/control.ts";
import { formatError } from "../src/error-text.ts";
import { renderShareBar } from "../src/share-bar.ts";
import { renderTable } from "../src/table.ts";
import { displayWidth, truncateMiddle, truncateToWidth } from "../src/width.ts";

test.each([
  ["plain\ttext\nstays", "plain\ttext\nstays"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007name", "name"],
  ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u009b2Jcleared", "cleared"],
  ["\u001bPdcs\u001b\\\u001b_apc\u001b\\end", "end"],
  ["\u001bcreset", "reset"],
  ["\u001b\u001b[2J[2J", "[2J"],
  ["over\rwritten\r\nline\b\u0000", "over\nwritten\nline"],
  ["abc\u202etxt.exe", "abctxt.exe"],
  ["模型 🤗 naïve", "模型 🤗 naïve"],
])("stripControl(%j) is %j", (text, safe) => {
  expect(stripControl(text)).toBe(safe);
});

test("nothing that a terminal acts on survives, in whatever order it comes", () => {
  const pieces = fc.constantFrom(
    "\u001b",
    "[",
    "]",
    "\u009b",
    "\u009c",
    "\u0007",
    "P",
    "2J",
    "m",
    ";",
    "\r",
    "\\",
    "é",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      expect(stripControl(parts.join(""))).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect(singleLine(parts.join(""))).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test("sizes choose the unit after rounding", () => {
  const bytes = [0, 999, 1_000, 999_994, 999_999, 142_300_000_000, 9_990_000_000, 9_996_000_000];
  expect(bytes.map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.00 kB",
    "1.00 MB",
    "1.00 MB",
    "142.3 GB",
    "9.99 GB",
    "10.0 GB",
  ]);
  expect([6_308_233_216, 1024 ** 3, 25_232_932_864].map(formatMemory)).toEqual([
    "5.88 GiB",
    "1.00 GiB",
    "23.5 GiB",
  ]);
});

test("counts are told as model sizes are", () => {
  const counts = [235_093_634_560, 751_632_384, 1_000_000, 999, 999_960, 1_543_714_304];
  expect(counts.map(formatCount)).toEqual(["235.1B", "751.6M", "1M", "999", "1M", "1.54B"]);
});

test("durations roll over at the minute, the hour and the day", () => {
  expect([0.84, 3, 9.97, 45, 59.7, 252, 3_599.6, 3_780, 90_000].map(formatDuration)).toEqual([
    "0.8s",
    "3s",
    "10s",
    "45s",
    "1m 00s",
    "4m 12s",
    "1h 00m",
    "1h 03m",
    "1d 01h",
  ]);
});

test.each([
  ["abc", 3],
  ["模型", 4],
  ["ｶﾅ", 2],
  ["한국어", 6],
  ["e\u0301", 1],
  ["🤗", 2],
  ["👩‍👩‍👧‍👦", 2],
  ["🇨🇭", 2],
  ["❤️", 2],
  ["©", 1],
  ["\u200b", 0],
])("%j takes %i cells", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("cutting never splits a wide character", () => {
  expect(truncateToWidth("模型文件", 6)).toBe("模型…");
  expect(truncateMiddle("模型文件名称", 8)).toBe("模…名称");
  expect(truncateMiddle("model-00001-of-00005.gguf", 15)).toBe("model-0…05.gguf");
  expect(truncateToWidth("abc", 0)).toBe("");
});

test("a table lines up by display width, cleans its cells and has no trailing spaces", () => {
  const rows = [
    ["name", "size", ""],
    ["模型", "1", "x"],
    ["a\u001b[2Jb\nc", "12345", ""],
  ];
  expect(renderTable(rows, { align: ["left", "right"] })).toBe(
    ["name   size", "模型      1  x", "ab c  12345"].join("\n"),
  );
});

test("styles colour a table without moving its columns", () => {
  const { bold } = colours({ stream: {}, env: { FORCE_COLOR: "1" } });
  const style = (cell: string, row: number): string => (row === 0 ? bold(cell) : cell);
  const table = renderTable(
    [
      ["k", "v"],
      ["key", "1"],
    ],
    { style },
  );
  expect(stripControl(table)).toBe("k    v\nkey  1");
  expect(table).toContain(bold("k"));
});

test("a share bar has the asked width, a cell for each part and a legend", () => {
  const parts = [
    { label: "F32", share: 0.002 },
    { label: "Q4_K", share: 0.75 },
    { label: "Q6_K", share: 0.248 },
  ];
  expect(renderShareBar(parts, 20)).toBe("██████████████▓▓▓▓▓▒\n█ Q4_K 75%  ▓ Q6_K 25%  ▒ F32 <1%");
});

test("many small parts are told as one, and parts without a share not at all", () => {
  const parts = Array.from({ length: 9 }, (_, index) => ({ label: `t${index}`, share: index }));
  const [bar = "", legend = ""] = renderShareBar(parts, 36).split("\n");
  expect(bar).toHaveLength(36);
  expect(legend).toContain("other 17%");
  expect(legend).not.toContain("t0");
  expect(renderShareBar([], 20)).toBe("");
});

test("an error's text has each message once and lists below it", () => {
  const inner = new Error("read ECONNRESET");
  const outer = new Error("GET /x: read ECONNRESET", { cause: inner });
  expect(formatError("tool", outer)).toBe("tool: GET /x: read ECONNRESET");
  const both = new AggregateError([new Error("a\nb"), new Error("c\u001b[2J")], "2 shards failed");
  expect(formatError("tool", both)).toBe("tool: 2 shards failed\n  a b\n  c");
  const refused = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  expect(formatError("tool", new TypeError("fetch failed", { cause: refused }))).toBe(
    "tool: fetch failed: ECONNREFUSED",
  );
  const circle = new Error("round");
  circle.cause = circle;
  expect(formatError("tool", circle)).toBe("tool: round");
  expect(formatError("tool", undefined)).toBe("tool: unknown error");
});

test("an error is told with its causes, unless it is a package's own and has told them", () => {
  const cause = new Error("getaddrinfo ENOTFOUND hub.example");
  const stranger = new TypeError("fetch failed", { cause });
  const own = Object.assign(new Error("hub.example: no such host", { cause }), { code: "network" });
  expect(formatError("tool", stranger)).toBe(
    "tool: fetch failed: getaddrinfo ENOTFOUND hub.example",
  );
  expect(formatError("tool", own)).toBe("tool: hub.example: no such host");
});
