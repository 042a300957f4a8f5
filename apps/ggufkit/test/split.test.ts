import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGgufHeader } from "@ggufkit/fixtures";
import { readGgufFile } from "@ggufkit/gguf/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { splitLimit } from "../src/split-arguments.ts";
import { ggufkit, type Outcome } from "./run.ts";
import { shardName, splitModel } from "./shard-files.ts";

const { whole: MODEL } = splitModel();

let directory: string;
let model: string;
let prefix: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-split-"));
  model = join(directory, "tiny.gguf");
  prefix = join(directory, "part");
  await writeFile(model, MODEL);
});
afterEach(() => rm(directory, { recursive: true }));

function split(...words: string[]): Promise<Outcome> {
  return ggufkit(["split", model, prefix, ...words]);
}

function pathsOf({ code, stdout, stderr }: Outcome): string[] {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout.trimEnd().split("\n");
}

function failsInOneLine({ code, stdout, stderr }: Outcome, about: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
  expect(stderr).toMatch(about);
}

function linesOf({ stdout }: Outcome): { type: string; [field: string]: unknown }[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
}

describe("split", () => {
  it("prints the paths of the shards alone, and merging them gives the file back", async () => {
    const outcome = await split("--max-tensors", "10");
    const paths = pathsOf(outcome);
    expect(paths).toEqual(paths.map((_path, no) => shardName(prefix, no, paths.length)));
    expect(outcome.stderr).toMatch(
      /^splitting into \d files, 2\d\d\.\d kB\ntiny\.gguf: 2\d\d\.\d kB in [\d.]+s\n$/,
    );
    const out = join(directory, "again.gguf");
    expect(await ggufkit(["merge", paths[0] ?? "", out])).toMatchObject({ code: 0 });
    expect(Buffer.compare(await readFile(out), MODEL)).toBe(0);
  });

  it("keeps the data of a shard within a size, which is decimal", async () => {
    const paths = pathsOf(await split("--max-size", "50K"));
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const { tensors, dataOffset } = await readGgufFile(path);
      const { size } = await stat(path);
      expect(tensors.length === 1 || size - dataOffset <= 50_000).toBe(true);
    }
  });

  it("tells of shards that are larger than they may be", async () => {
    const outcome = await split("--max-size", "20K");
    pathsOf(outcome);
    expect(outcome.stderr).toMatch(/^\d+ shards are beyond the limit: one tensor of each is$/m);
  });

  it("puts the metadata into a shard of their own where it is told to", async () => {
    const paths = pathsOf(await split("--max-tensors", "100", "--no-tensor-first-split"));
    expect(paths).toHaveLength(2);
    const [first, second] = await Promise.all(paths.map((path) => readGgufFile(path)));
    expect(first?.tensors).toEqual([]);
    expect(second?.kv.size).toBe(3);
  });

  it("does nothing where the shards are there, and replaces others with --force alone", async () => {
    const words = ["--max-tensors", "10"];
    const paths = pathsOf(await split(...words));
    const again = await split(...words);
    expect(pathsOf(again)).toEqual(paths);
    expect(again.stderr).toMatch(/^tiny\.gguf: 2\d\d\.\d kB, already there\n$/);

    const [, second = ""] = paths;
    const bytes = await readFile(second);
    await writeFile(second, "mine");
    failsInOneLine(await split(...words), /part-00002-of-0000\d\.gguf: another file is there/);
    expect(await readFile(second, "utf8")).toBe("mine");
    pathsOf(await split(...words, "--force"));
    expect(Buffer.compare(await readFile(second), bytes)).toBe(0);
  });
});

describe("split --dry-run", () => {
  it("shows the shards and the room they take, and writes nothing", async () => {
    const { code, stdout, stderr } = await split("--max-size", "20K", "--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(model);
    expect(lines[2]).toMatch(/^shard +size +tensors$/);
    expect(lines[3]).toMatch(
      /^part-00001-of-000\d\d\.gguf +[\d.]+ kB +\d+( {2}beyond the limit.*)?$/,
    );
    expect(stdout).toMatch(/ 1 {2}beyond the limit: one tensor$/m);
    expect(stdout).toMatch(/^Result +\d+ shards, 2\d\d\.\d kB, \d+ tensors$/m);
    expect(stdout).toMatch(/^Disk +2\d\d\.\d kB needed, .* free in /m);
    expect(await readdir(directory)).toEqual(["tiny.gguf"]);
  });

  it("prints the whole plan as one JSON document", async () => {
    const { stdout } = await split("--max-tensors", "10", "--dry-run", "--json");
    const plan = JSON.parse(stdout) as { shards: { tensors: object[]; fileSize: number }[] };
    const count = plan.shards.length;
    expect(plan).toMatchObject({
      file: model,
      input: { name: "tiny.gguf", bytes: MODEL.length },
      shards: plan.shards.map((_shard, no) => ({
        name: shardName("part", no, count),
        path: shardName(prefix, no, count),
        alignment: 32,
        isOverLimit: false,
      })),
      disk: { directory },
    });
    const paths = pathsOf(await split("--max-tensors", "10"));
    for (const [no, { fileSize, tensors }] of plan.shards.entries()) {
      expect((await stat(paths[no] ?? "")).size).toBe(fileSize);
      expect((await readGgufFile(paths[no] ?? "")).tensors).toHaveLength(tensors.length);
    }
  });
});

describe("split --json", () => {
  it("prints events as lines and the result last, and nothing on stderr", async () => {
    const outcome = await split("--max-tensors", "10", "--json");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const lines = linesOf(outcome);
    const result = lines.at(-1) as unknown as { files: string[]; bytes: number };
    expect(lines[0]).toMatchObject({ type: "planned", bytes: result.bytes });
    expect(lines.filter(({ type }) => type === "started")).toHaveLength(result.files.length);
    expect(result).toMatchObject({ type: "result", state: "written" });
    expect(result.files[0]).toBe(shardName(prefix, 0, result.files.length));
  });
});

describe("a file that cannot be split", () => {
  it("is cut short", async () => {
    await truncate(model, 100_000);
    failsInOneLine(await split("--max-size", "50K"), /tiny\.gguf: /);
  });

  it("is no GGUF file", async () => {
    await writeFile(model, "<!doctype html>");
    failsInOneLine(await split("--max-size", "50K"), /tiny\.gguf: not a GGUF file/);
  });

  it("is one of several shards", async () => {
    const [first = ""] = pathsOf(await split("--max-tensors", "10"));
    const outcome = await ggufkit(["split", first, join(directory, "x"), "--max-size", "1M"]);
    failsInOneLine(outcome, /is one of \d shards already: merge them first/);
  });

  it("is not there", async () => {
    const outcome = await ggufkit([
      "split",
      join(directory, "none.gguf"),
      prefix,
      "--max-size",
      "1M",
    ]);
    failsInOneLine(outcome, /none\.gguf: cannot be opened/);
  });

  it("is to go where nothing can", async () => {
    const nowhere = join(directory, "none", "part");
    const outcome = await ggufkit(["split", model, nowhere, "--max-size", "1M"]);
    failsInOneLine(outcome, /none: there is no such directory/);
  });

  it("would be written over by one of its own shards", async () => {
    const [first = ""] = pathsOf(await split("--max-size", "1G"));
    const outcome = await ggufkit(["split", first, prefix, "--max-size", "1G", "--force"]);
    failsInOneLine(outcome, /part-00001-of-00001\.gguf: is what is read/);
  });
});

describe("the limits of split", () => {
  it.each([
    ["2G", 2_000_000_000],
    ["500M", 500_000_000],
    ["1.5G", 1_500_000_000],
    ["64K", 64_000],
    ["2GiB", 2 ** 31],
    ["1Mi", 2 ** 20],
    ["4096", 4096],
  ])("--max-size %s is %d bytes", (maxSize, maxBytes) => {
    expect(splitLimit({ maxSize })).toEqual({ maxBytes });
  });

  it.each([
    ["none", [], /expected --max-size or --max-tensors/],
    ["both", ["--max-size", "2G", "--max-tensors", "9"], /expected one of them, got both/],
    ["a size of 0", ["--max-size", "0"], /--max-size 0: expected more than 0/],
    ["a size of nearly 0", ["--max-size", "0.1"], /--max-size 0\.1: expected more than 0/],
    ["a size in bits", ["--max-size", "2Gb"], /--max-size 2Gb: expected a size such as/],
    ["a negative size", ["--max-size=-1"], /--max-size -1: expected a size/],
    ["0 tensors", ["--max-tensors", "0"], /--max-tensors 0: expected more than 0/],
    ["half a tensor", ["--max-tensors", "0.5"], /--max-tensors 0\.5: expected a whole number/],
  ])("may not be %s", async (_what, words, about) => {
    const { code, stdout, stderr } = await split(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
    expect(stderr).toMatch(about);
    expect(await readdir(directory)).toEqual(["tiny.gguf"]);
  });
});

describe("a large split", () => {
  beforeEach(async () => {
    const tensors = [1, 2, 3].map((no) => {
      return { name: `t.${no}`, shape: [100_000_000], type: "I8" as const };
    });
    const { header, fileSize } = buildGgufHeader({
      kv: [["general.architecture", "string", "qwen3"]],
      tensors,
    });
    await using file = await open(model, "w");
    await file.write(header, 0, header.length, 0);
    await file.truncate(fileSize);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const outcome = await ggufkit(["split", model, prefix, "--max-tensors", "1", "--json"], {
      interruptWhen: ({ stdout }) => stdout.includes('"started"'),
    });
    expect(outcome).toMatchObject({ code: 130, stderr: "ggufkit: interrupted\n" });
    expect(linesOf(outcome).at(-1)).toMatchObject({ type: "error", code: "interrupted" });
    expect(await readdir(directory)).toEqual(["tiny.gguf"]);
  });

  it("is no error to whoever reads only the head", async () => {
    const { code, stderr } = await ggufkit(
      ["split", model, prefix, "--max-tensors", "1", "--json"],
      {
        closeAfter: true,
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await readdir(directory)).toEqual(["tiny.gguf"]);
  });
});
