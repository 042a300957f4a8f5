import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";
import { readGgufFile } from "@ggufkit/gguf/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ggufkit, type Outcome, type RunOptions } from "./run.ts";
import { splitModel, writeLargeShards, writeShards } from "./shard-files.ts";

const MODEL = splitModel();
const NAMES = [...MODEL.shards.keys()];
const LARGE = { shards: 3, bytesPerShard: 100_000_000 };

let directory: string;
let shards: string[];
let out: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-merge-"));
  shards = await writeShards(directory, MODEL);
  out = join(directory, "tiny.gguf");
});
afterEach(() => rm(directory, { recursive: true }));

/** The first shard and OUT, then what is beside them. */
function merge(words: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
  return ggufkit(["merge", shards[0] ?? "", out, ...words], withCache(options));
}

function withCache(options: RunOptions = {}): RunOptions {
  const caches = { HF_HOME: join(directory, "hf"), GGUFKIT_CACHE: join(directory, "cache") };
  return { ...options, env: { ...caches, ...options.env } };
}

function linesOf({ stdout }: Outcome): { type: string; [field: string]: unknown }[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
}

describe("merge", () => {
  it("writes the model's bytes, and prints nothing but the path", async () => {
    const { code, stdout, stderr } = await merge();
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${out}\n` });
    expect(stderr).toMatch(/^merging 3 files, 27\d\.\d kB\ntiny\.gguf: 27\d\.\d kB in [\d.]+s\n$/);
    expect(Buffer.compare(await readFile(out), MODEL.whole)).toBe(0);
    expect(await filesOf(directory)).toEqual([...NAMES, "tiny.gguf"].toSorted());
  });

  it("takes any shard for the set", async () => {
    const { code } = await ggufkit(["merge", shards[2] ?? "", out], withCache());
    expect(code).toBe(0);
    expect(Buffer.compare(await readFile(out), MODEL.whole)).toBe(0);
  });

  it("keeps the split keys as llama-gguf-split does where it is told to", async () => {
    expect(await merge(["--compat", "llama.cpp"])).toMatchObject({ code: 0 });
    const { kv } = await readGgufFile(out);
    expect(kv.get("split.no")).toMatchObject({ type: "u16", value: 0 });
    expect([...kv.keys()].at(-1)).toBe("split.count");
    expect(kv.get("split.count")).toMatchObject({ type: "u16", value: 0 });
  });

  it("does nothing where the file is there, and replaces another with --force alone", async () => {
    await merge();
    const before = await stat(out);
    const again = await merge();
    expect(again).toMatchObject({ code: 0, stdout: `${out}\n` });
    expect(again.stderr).toMatch(/^tiny\.gguf: 27\d\.\d kB, already there\n$/);
    expect((await stat(out)).mtimeMs).toBe(before.mtimeMs);

    await writeFile(out, "mine");
    const refused = await merge();
    failsInOneLine(refused, /tiny\.gguf: another file is there/);
    expect(await readFile(out, "utf8")).toBe("mine");
    expect(await merge(["--force"])).toMatchObject({ code: 0 });
    expect(Buffer.compare(await readFile(out), MODEL.whole)).toBe(0);
  });

  it("consumes the shards, each when it is merged", async () => {
    const { code, stdout, stderr } = await merge(["--consume"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${out}\n` });
    for (const name of NAMES)
      expect(stderr).toMatch(new RegExp(`^${name}: merged and removed, [\\d.]+ kB freed$`, "m"));
    expect(await filesOf(directory)).toEqual(["tiny.gguf"]);
    expect(Buffer.compare(await readFile(out), MODEL.whole)).toBe(0);
    const again = await merge(["--consume"]);
    expect(again).toMatchObject({ code: 0, stdout: `${out}\n` });
    expect(again.stderr).toMatch(/already there\n$/);
  });

  it("appends raw pieces", async () => {
    const cuts = [0, 100_000, 100_001, MODEL.whole.length];
    for (let no = 0; no < 3; no++) {
      const piece = MODEL.whole.subarray(cuts[no], cuts[no + 1]);
      await writeFile(join(directory, `piece.gguf.part${no + 1}of3`), piece);
    }
    const first = join(directory, "piece.gguf.part1of3");
    const plan = await ggufkit(["merge", first, out, "--dry-run"], withCache());
    expect(plan.stdout).toMatch(/^piece\.gguf\.part2of3 +1 B$/m);
    expect(plan.stdout).not.toContain("Tensors");
    expect(await ggufkit(["merge", first, out], withCache())).toMatchObject({ code: 0 });
    expect(Buffer.compare(await readFile(out), MODEL.whole)).toBe(0);
  });
});

describe("merge --dry-run", () => {
  it("shows what goes where and what room it takes, and writes nothing", async () => {
    const { code, stdout, stderr } = await merge(["--dry-run"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines.slice(0, 3)).toEqual([out, "", expect.stringMatching(/^shard +size +tensors$/)]);
    expect(lines[3]).toMatch(/^tiny-00001-of-00003\.gguf +\d+\.\d kB +\d+$/);
    expect(stdout).toMatch(/^Result +27\d\.\d kB, [\d.]+ kB of it header, alignment 32$/m);
    expect(stdout).toMatch(/^Tensors +\d+$/m);
    expect(stdout).toMatch(/^Copies +3 ranges of bytes$/m);
    expect(stdout).toMatch(/^Disk +27\d\.\d kB needed, .* free in /m);
    expect(await readdir(directory)).toEqual(NAMES);
  });

  it("needs room for the largest shard alone where shards are consumed", async () => {
    const { stdout } = await merge(["--dry-run", "--consume", "--json"]);
    const { consume, disk } = JSON.parse(stdout) as { consume: boolean; disk: { needed: number } };
    expect(consume).toBe(true);
    expect(disk.needed).toBeLessThan(MODEL.whole.length / 1.5);
    const text = await merge(["--dry-run", "--consume"]);
    expect(text.stdout).toMatch(/^Removed +each shard once it is merged$/m);
    expect(await readdir(directory)).toEqual(NAMES);
  });

  it("prints the whole plan as one JSON document", async () => {
    const { code, stdout } = await merge(["--dry-run", "--json"]);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as {
      dataOffset: number;
      kv: object;
      tensors: { bytes: number; offset: number }[];
      copies: { to: number; bytes: number }[];
    };
    const { tensors } = await readGgufFile(await wholeFile());
    expect(plan).toMatchObject({
      kind: "shards",
      out,
      fileSize: MODEL.whole.length,
      alignment: 32,
      inputs: NAMES.map((name, index) => ({ name, path: shards[index] })),
      disk: { directory },
    });
    expect(plan.kv).toMatchObject({ "general.name": { type: "string", value: "Tiny Qwen3" } });
    expect(Object.keys(plan.kv).filter((key) => key.startsWith("split."))).toEqual([]);
    expect(plan.tensors.map(({ offset }) => offset)).toEqual(tensors.map(({ offset }) => offset));
    expect(plan.copies[0]?.to).toBe(plan.dataOffset);
  });
});

async function wholeFile(): Promise<string> {
  const path = join(directory, "whole.gguf");
  await writeFile(path, MODEL.whole);
  return path;
}

describe("merge --json", () => {
  it("prints events as lines and the result last, and nothing on stderr", async () => {
    const outcome = await merge(["--json"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const lines = linesOf(outcome);
    expect(lines[0]).toMatchObject({ type: "planned", bytes: MODEL.whole.length });
    expect(lines.filter(({ type }) => type === "started")).toHaveLength(3);
    expect(lines.at(-2)).toMatchObject({ type: "done", file: "tiny.gguf", path: out });
    expect(lines.at(-1)).toEqual({
      type: "result",
      path: out,
      bytes: MODEL.whole.length,
      state: "written",
      inputs: shards,
    });
  });

  it("ends with the error", async () => {
    await rm(shards[1] ?? "");
    const failed = await merge(["--json"]);
    expect(failed.code).toBe(1);
    expect(linesOf(failed)).toEqual([
      {
        type: "error",
        code: "bad-set",
        message: expect.stringContaining(NAMES[1] ?? "") as string,
      },
    ]);
  });

  it("is no error to whoever reads only the head", async () => {
    const [first = ""] = await writeLargeShards(directory, LARGE);
    const options = withCache({ closeAfter: true });
    const { code, stderr } = await ggufkit(["merge", first, out, "--json"], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await readdir(directory)).not.toContain("tiny.gguf.merging");
  });
});

describe("a set that cannot be merged", () => {
  const foreign = [...splitModel({ seed: 2, shards: 4 }).shards.values()];
  it.each([
    ["a missing shard", (paths: string[]) => rm(paths[1] ?? ""), /tiny-00002-of-00003\.gguf/],
    [
      "a shard cut short in its data",
      (paths: string[]) => truncate(paths[2] ?? "", 60_000),
      /tiny-00003-of-00003\.gguf/,
    ],
    [
      "a shard cut short in its header",
      (paths: string[]) => truncate(paths[1] ?? "", 50),
      /tiny-00002-of-00003\.gguf/,
    ],
    [
      "two shards swapped",
      async ([, second = "", third = ""]: string[]) => {
        const [one, other] = await Promise.all([readFile(second), readFile(third)]);
        await Promise.all([writeFile(second, other), writeFile(third, one)]);
      },
      /tiny-00002-of-00003\.gguf/,
    ],
    [
      "a shard twice",
      async ([, second = "", third = ""]: string[]) => writeFile(third, await readFile(second)),
      /tiny-00003-of-00003\.gguf/,
    ],
    [
      "a shard of another set",
      (paths: string[]) => writeFile(paths[1] ?? "", foreign[1] ?? ""),
      /tiny-00002-of-00003\.gguf/,
    ],
    [
      "a page instead of a shard",
      (paths: string[]) => writeFile(paths[1] ?? "", "<!doctype html>"),
      /tiny-00002-of-00003\.gguf/,
    ],
    [
      "a file that is no shard",
      (paths: string[]) => writeFile(paths[1] ?? "", buildGguf({})),
      /tiny-00002-of-00003\.gguf/,
    ],
  ])("has %s, which is named", async (_what, damage, names) => {
    await damage(shards);
    const outcome = await merge();
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^ggufkit: /);
    expect(outcome.stderr).toMatch(names);
    const left = await readdir(directory);
    expect(left.filter((name) => !NAMES.includes(name))).toEqual([]);
    for (const words of [["--dry-run"], ["--consume"]])
      expect(await merge(words)).toMatchObject({ code: 1, stdout: "" });
    expect(await readdir(directory)).toEqual(left);
  });
});

/** Names in a directory, but for the tool's cache, which remembers what was consumed. */
async function filesOf(path: string): Promise<string[]> {
  return (await readdir(path)).filter((name) => name !== "cache").toSorted();
}

function failsInOneLine({ code, stdout, stderr }: Outcome, about: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
  expect(stderr).toMatch(about);
}

describe("a place that cannot be written to", () => {
  it("is one of the shards", async () => {
    const [first = "", second = ""] = shards;
    const before = await readFile(second);
    const outcome = await ggufkit(["merge", first, second, "--force"], withCache());
    failsInOneLine(outcome, /tiny-00002-of-00003\.gguf: is what is read/);
    expect(Buffer.compare(await readFile(second), before)).toBe(0);
  });

  it("is in a directory that is none", async () => {
    const path = join(directory, "none", "tiny.gguf");
    const outcome = await ggufkit(["merge", shards[0] ?? "", path], withCache());
    failsInOneLine(outcome, /none: there is no such directory/);
  });

  it("is a directory", async () => {
    await mkdir(out);
    failsInOneLine(await merge(["--force"]), /tiny\.gguf: is there, and is no file/);
  });
});

describe("wrong usage of merge", () => {
  it.each([
    ["no OUT", ["merge", "a-00001-of-00002.gguf"], /missing required argument/],
    ["another tool", ["merge", "a", "b", "--compat", "gguf-py"], /llama\.cpp/],
    ["an option of another command", ["merge", "a", "b", "--max-size", "2G"], /unknown option/],
  ])("is %s", async (_what, words, about) => {
    const { code, stdout, stderr } = await ggufkit(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(about);
  });

  it("is not a file that is no shard: that fails", async () => {
    const outcome = await ggufkit(["merge", await wholeFile(), out], withCache());
    failsInOneLine(outcome, /whole\.gguf: is no shard of a set by its name/);
  });
});

describe("an interrupted merge", () => {
  it("leaves nothing behind", async () => {
    const [first = ""] = await writeLargeShards(directory, LARGE);
    const before = await readdir(directory);
    const outcome = await ggufkit(
      ["merge", first, out, "--json"],
      withCache({ interruptWhen: ({ stdout }) => stdout.includes('"started"') }),
    );
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toBe("ggufkit: interrupted\n");
    expect(linesOf(outcome).at(-1)).toMatchObject({ type: "error", code: "interrupted" });
    expect(await readdir(directory)).toEqual(before);
  });

  it("is gone on with where shards were consumed", async () => {
    const paths = await writeLargeShards(directory, LARGE);
    const words = ["merge", paths[0] ?? "", out, "--consume"];
    const cut = await ggufkit(
      words,
      withCache({ interruptWhen: ({ stderr }) => stderr.includes("freed") }),
    );
    expect(cut).toMatchObject({ code: 130, stdout: "" });
    expect(cut.stderr).toMatch(
      /\nwhat was merged is kept: the same command goes on from there\nggufkit: interrupted\n$/,
    );
    const plan = await ggufkit([...words, "--dry-run"], withCache());
    failsInOneLine(plan, /an earlier merge was cut short: [12] of 3 files are merged/);
    const rest = await ggufkit(words, withCache());
    expect(rest).toMatchObject({ code: 0, stdout: `${out}\n` });
    expect(rest.stderr).toMatch(/^tiny\.gguf: goes on at [12]00\.0 MB of 300\.0 MB$/m);
    const { tensors } = await readGgufFile(out);
    expect(tensors.map(({ name }) => name)).toEqual(["t.0", "t.1", "t.2"]);
    expect(await filesOf(directory)).toEqual([...NAMES, "tiny.gguf"].toSorted());
  });
});
