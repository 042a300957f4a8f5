import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { startFileServer, startTestHub, type FileServer, type TestHub } from "@ggufkit/fixtures";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { matchDigests } from "../src/verify-against.ts";
import { ggufkit, type Outcome } from "./run.ts";
import { splitModel, writeShards } from "./shard-files.ts";

const MODEL = splitModel();
const [FIRST = "", SECOND = "", THIRD = ""] = MODEL.shards.keys();

let hub: TestHub;
let server: FileServer;
let directory: string;
let shards: string[];
beforeAll(async () => {
  hub = await startTestHub({
    repos: {
      "o/tiny-GGUF": {
        files: Object.fromEntries([...MODEL.shards].map(([name, bytes]) => [`F16/${name}`, bytes])),
      },
      "o/whole": { files: { "tiny-F16.gguf": MODEL.whole } },
    },
  });
  server = await startFileServer({ "/tiny.gguf": { bytes: MODEL.whole } });
});
afterAll(async () => {
  await hub.close();
  await server.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-verify-"));
  shards = await writeShards(directory, MODEL);
});
afterEach(() => rm(directory, { recursive: true }));

function verify(words: readonly string[]): Promise<Outcome> {
  return online(["verify", ...words]);
}

function online(words: readonly string[]): Promise<Outcome> {
  const caches = { HF_HOME: join(directory, "hf"), GGUFKIT_CACHE: join(directory, "cache") };
  return ggufkit(words, { env: { HF_HUB_OFFLINE: "0", HF_ENDPOINT: hub.url, ...caches } });
}

/** Changes a byte of tensor data: no header tells. */
async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
  await using file = await open(path, "r+");
  await file.write(bytes, 0, bytes.length, 0);
}

describe("verify", () => {
  it("says that a set is whole, and of which files nobody knows the sha256", async () => {
    const { code, stdout, stderr } = await verify([shards[0] ?? ""]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^file +size +tensors +sha256$/);
    for (const [index, name] of [FIRST, SECOND, THIRD].entries())
      expect(lines[index + 1]).toMatch(new RegExp(`^${name} +[\\d.]+ kB +\\d+ +not known$`));
    expect(lines.slice(4)).toEqual([
      "",
      expect.stringMatching(/^whole: 3 shards, \d+ tensors$/),
      "",
    ]);
  });

  it("takes any shard for the set, and a file that is a model on its own", async () => {
    expect((await verify([shards[2] ?? ""])).stdout).toContain("whole: 3 shards");
    const path = join(directory, "whole.gguf");
    await writeFile(path, MODEL.whole);
    const { code, stdout } = await verify([path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^whole: 1 file, \d+ tensors$/m);
  });

  it("names everything that is wrong with a set", async () => {
    await rm(shards[1] ?? "");
    await truncate(shards[2] ?? "", 50);
    const { code, stdout, stderr } = await verify([shards[0] ?? ""]);
    expect(code).toBe(3);
    expect(stdout).toMatch(new RegExp(`^${SECOND} +missing$`, "m"));
    expect(stdout).toMatch(new RegExp(`^error {4}missing-shard {2}${SECOND} is missing$`, "m"));
    expect(stdout).toMatch(new RegExp(`^error {4}unreadable-shard {2}.*${THIRD}`, "m"));
    expect(stdout).not.toContain("whole");
    expect(stderr).toBe(`ggufkit: ${shards[0]}: 2 problems\n`);
  });

  it.each([
    ["swapped", 2, 1],
    ["doubled", 1, 1],
  ])("finds shards that are %s", async (_what, third, second) => {
    const bytes = await Promise.all(
      [shards[second] ?? "", shards[third] ?? ""].map((path) => readFile(path)),
    );
    await writeFile(shards[1] ?? "", bytes[third - 1] ?? "");
    await writeFile(shards[2] ?? "", bytes[0] ?? "");
    const { code, stdout } = await verify([shards[0] ?? ""]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^error +(split-no|same-shard) /m);
    expect(stdout).toContain(THIRD);
  });

  it("prints one JSON document", async () => {
    await rm(shards[1] ?? "");
    const { code, stdout } = await verify([shards[0] ?? "", "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      source: shards[0],
      against: null,
      valid: false,
      kind: "shards",
      files: [
        {
          name: FIRST,
          path: shards[0],
          bytes: MODEL.shards.get(FIRST)?.length,
          tensors: expect.any(Number) as number,
        },
        { name: SECOND, path: shards[1], bytes: null, tensors: null },
        {
          name: THIRD,
          path: shards[2],
          bytes: MODEL.shards.get(THIRD)?.length,
          tensors: expect.any(Number) as number,
        },
      ],
      findings: [
        {
          severity: "error",
          code: "missing-shard",
          shard: SECOND,
          expected: "a file",
          got: null,
          message: `${SECOND} is missing`,
        },
      ],
    });
  });
});

describe("verify after a download", () => {
  it.each([
    ["of the cache", [] as string[]],
    ["of a directory", ["--out"]],
  ])("holds the files %s against what the Hub said", async (_where, words) => {
    const out = words.length > 0 ? [...words, join(directory, "models")] : [];
    const { stdout: paths } = await online(["download", "hf:o/tiny-GGUF", ...out]);
    const [first = "", second = ""] = paths.split("\n");
    const right = await verify([first]);
    expect(right.code).toBe(0);
    expect(right.stdout.match(/ as the Hub says$/gm)).toHaveLength(3);

    await flipByte(second);
    const wrong = await verify([first]);
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(
      new RegExp(`^${SECOND} .* expected [\\da-f]{64}, got [\\da-f]{64}$`, "m"),
    );
    expect(wrong.stdout).toMatch(/^error {4}sha256 {2}.*tiny-00002/m);
    const merged = await online(["merge", first, join(directory, "merged.gguf")]);
    expect(merged).toMatchObject({ code: 1, stdout: "" });
    expect(merged.stderr).toMatch(/^ggufkit: .*tiny-00002-of-00003\.gguf: the sha256 is /m);
    const { stdout } = await verify([first, "--json"]);
    const { files } = JSON.parse(stdout) as {
      files: { sha256: { expected: string; got: string } }[];
    };
    expect(files[1]?.sha256.got).not.toBe(files[1]?.sha256.expected);
  });
});

describe("verify --against", () => {
  it("holds the files against those of a repository", async () => {
    const words = [shards[0] ?? "", "--against", "hf:o/tiny-GGUF:F16"];
    const right = await verify(words);
    expect(right).toMatchObject({ code: 0, stderr: "" });
    expect(right.stdout.match(/ as hf:o\/tiny-GGUF:F16 says$/gm)).toHaveLength(3);
    await flipByte(shards[2] ?? "");
    const wrong = await verify(words);
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(new RegExp(`^${THIRD} .* expected [\\da-f]{64}, got`, "m"));
  });

  it("takes a single file under whatever name", async () => {
    const path = join(directory, "renamed.gguf");
    await writeFile(path, MODEL.whole);
    const words = [path, "--against", "hf:o/whole/tiny-F16.gguf"];
    expect(await verify(words)).toMatchObject({ code: 0 });
    await flipByte(path);
    expect(await verify(words)).toMatchObject({ code: 3 });
  });

  it("holds a merged file against the shards that it was made of", async () => {
    const path = join(directory, "merged.gguf");
    await online(["merge", shards[0] ?? "", path]);
    const words = [path, "--against", "hf:o/tiny-GGUF:F16"];
    const right = await verify(words);
    expect(right).toMatchObject({ code: 0, stderr: "" });
    expect(right.stdout.match(/^tiny-0000\d.* as hf:o\/tiny-GGUF:F16 says$/gm)).toHaveLength(3);
    expect(right.stdout).toMatch(/^whole: 3 shards, \d+ tensors$/m);

    await flipByte(path);
    const wrong = await verify(words);
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(new RegExp(`^${THIRD} .* expected [\\da-f]{64}, got`, "m"));
    await writeFile(path, "GGUF");
    const other = await verify(words);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/merged\.gguf has another header than these shards merge to/);
    await rm(path);
    expect(await verify(words)).toMatchObject({ code: 1, stdout: "" });
  });

  it("fails where there is nothing to hold them against", async () => {
    const others = await verify([shards[0] ?? "", "--against", "hf:o/whole"]);
    expect(others).toMatchObject({ code: 1, stdout: "" });
    expect(others.stderr).toMatch(
      /^ggufkit: hf:o\/whole: expected tiny-00001-.*, got tiny-F16\.gguf$/m,
    );
    const silent = await verify([shards[0] ?? "", "--against", `${server.url}/tiny.gguf`]);
    expect(silent).toMatchObject({ code: 1, stdout: "" });
    expect(silent.stderr).toContain("does not tell the sha256 of its files");
    expect(await verify([shards[0] ?? "", "--against", "hf:o/none"])).toMatchObject({ code: 1 });
  });

  it("is wrong usage with a path, and with a name that nobody knows", async () => {
    for (const source of ["./other.gguf", "nobody-knows-this"])
      expect(await verify([shards[0] ?? "", "--against", source])).toMatchObject({
        code: 2,
        stdout: "",
      });
  });
});

describe("the digests of a place", () => {
  const there = [1, 2, 3, 4].map((no) => ({
    name: `Q8_0/m-${no}.gguf`,
    sha256: `${no}`.repeat(64),
  }));

  it("go by file names, wherever in the repository the files are", () => {
    const digests = matchDigests("hf:o/r", there, ["m-2.gguf", "m-9.gguf"]);
    expect(digests.get("m-2.gguf")).toBe("2".repeat(64));
    expect(digests.has("m-9.gguf")).toBe(false);
  });

  it("go to a file of another name only where there is one on both sides", () => {
    expect([...matchDigests("hf:o/r", there.slice(0, 1), ["mine.gguf"])]).toEqual([
      ["mine.gguf", "1".repeat(64)],
    ]);
    expect(() => matchDigests("hf:o/r", there, ["mine.gguf"])).toThrow(
      "hf:o/r: expected mine.gguf, got m-1.gguf, m-2.gguf, m-3.gguf and 1 more",
    );
  });

  it("must be told", () => {
    expect(() => matchDigests("https://h/m.gguf", [{ name: "m.gguf" }], ["m.gguf"])).toThrow(
      expect.objectContaining({ code: "no-sha256" }),
    );
  });
});

describe("what verify cannot read", () => {
  it("is a file that is not there", async () => {
    const { code, stdout, stderr } = await verify([join(directory, "none.gguf")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/none\.gguf: there is no such file\n$/);
  });

  it("is a directory that is not there", async () => {
    const { code, stdout, stderr } = await verify([join(directory, "none", basename(FIRST))]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*none/);
  });
});
