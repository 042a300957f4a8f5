import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  buildQwen3Model,
  contentOf,
  madeContent,
  shardedRepo,
  startFileServer,
  startTestHub,
  testCommit,
  type FileServer,
  type TestHub,
} from "@ggufkit/fixtures";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { ggufkit, type Outcome, type RunOptions } from "./run.ts";

const MODEL = buildQwen3Model();
const MMPROJ = buildQwen3Model();
const SHARD_BYTES = 1_000_000;
/** Several chunks of a transfer. */
const LARGE_BYTES = 40_000_000;
const TOKEN = "hf_secret_of_this_test";

const SHARDS = shardedRepo({ prefix: "Q4_K_M/big-Q4_K_M", shards: 3, bytesPerShard: SHARD_BYTES });
const SHARD_PATHS = Object.keys(SHARDS);
const [FIRST_SHARD = "", SECOND_SHARD = "", THIRD_SHARD = ""] = SHARD_PATHS;
const LARGE = madeContent({ bytes: LARGE_BYTES, head: MODEL });

let hub: TestHub;
let server: FileServer;
let directory: string;
beforeAll(async () => {
  hub = await startTestHub({
    repos: {
      "o/big-GGUF": {
        files: { ...SHARDS, "big-Q8_0.gguf": MODEL, "mmproj-big-F16.gguf": MMPROJ },
      },
      "o/holed-GGUF": {
        files: { [FIRST_SHARD]: contentOf(MODEL), [THIRD_SHARD]: contentOf(MODEL) },
      },
      "o/gated": { files: { "m.gguf": MODEL }, gatedFor: TOKEN },
      "o/large": { files: { "large.gguf": LARGE } },
    },
  });
  server = await startFileServer({ "/m.gguf": { bytes: MODEL } });
});
afterAll(async () => {
  await hub.close();
  await server.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-download-"));
  hub.resetCounters();
});
afterEach(() => rm(directory, { recursive: true }));

function download(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const caches = { HF_HOME: join(directory, "hf"), GGUFKIT_CACHE: join(directory, "cache") };
  const env = { HF_HUB_OFFLINE: "0", HF_ENDPOINT: hub.url, ...caches, ...options.env };
  return ggufkit(["download", ...words], { ...options, env });
}

function pathsOf({ code, stdout, stderr }: Outcome): string[] {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/\n$/);
  return stdout.trimEnd().split("\n");
}

interface Line {
  type: string;
  [field: string]: unknown;
}

function linesOf({ stdout }: Outcome): Line[] {
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Line);
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const BIG = "hf:o/big-GGUF:Q4_K_M";

describe("download", () => {
  it("brings a set into the cache, and prints nothing but its paths", async () => {
    const outcome = await download([BIG]);
    const paths = pathsOf(outcome);
    const snapshot = join(
      directory,
      `hf/hub/models--o--big-GGUF/snapshots/${testCommit("o/big-GGUF")}`,
    );
    expect(paths).toEqual(SHARD_PATHS.map((path) => join(snapshot, path)));
    for (const [index, path] of paths.entries())
      expect(await sha256(path)).toBe(await SHARDS[SHARD_PATHS[index] ?? ""]?.sha256());
    expect(outcome.stderr).toMatch(/^fetching hf:o\/big-GGUF/m);
    expect(outcome.stderr).toMatch(/^3 files, 3\.00 MB$/m);
    expect(outcome.stderr.match(/: 1\.00 MB in .*, sha256 verified$/gm)).toHaveLength(3);
    expect(outcome.stderr).toMatch(
      /^mmproj-big-F16\.gguf reads .*: --include mmproj-big-F16\.gguf gets it too$/m,
    );

    hub.resetCounters();
    const again = await download([BIG]);
    expect(pathsOf(again)).toEqual(paths);
    expect(again.stderr).toMatch(/^3 files, 3\.00 MB, already there$/m);
    expect(hub.cdnRequests).toEqual([]);
  });

  it("puts files into --out as they lie in the repository", async () => {
    const out = join(directory, "models");
    const paths = pathsOf(await download([BIG, "--out", out]));
    expect(paths).toEqual(SHARD_PATHS.map((path) => join(out, path)));
    expect(await sha256(paths[1] ?? "")).toBe(await SHARDS[SECOND_SHARD]?.sha256());
  });

  it("replaces another file in --out with --force alone", async () => {
    const path = join(directory, "big-Q8_0.gguf");
    await writeFile(path, "mine");
    const words = ["hf:o/big-GGUF:Q8_0", "--out", directory];
    const refused = await download(words);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^ggufkit: .*big-Q8_0\.gguf/m);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(pathsOf(await download([...words, "--force"]))).toEqual([path]);
    expect(await readFile(path)).toEqual(Buffer.from(MODEL));
  });

  it("chooses by patterns, and says what it chose where nothing was said", async () => {
    const projector = ["--include", "mmproj*"];
    const both = pathsOf(await download(["hf:o/big-GGUF:Q8_0", ...projector, "--out", directory]));
    expect(both).toEqual(
      ["big-Q8_0.gguf", "mmproj-big-F16.gguf"].map((name) => join(directory, name)),
    );
    const words = ["--include", "*.gguf", "--exclude", "mmproj*", "--exclude", "Q4_K_M/*"];
    expect(pathsOf(await download(["hf:o/big-GGUF", ...words, "--out", directory]))).toEqual([
      join(directory, "big-Q8_0.gguf"),
    ]);
    const { stderr } = await download(["hf:o/big-GGUF"]);
    expect(stderr).toMatch(/00001-of-00003\.gguf: .*Q4_K_M/);
    expect(stderr).toContain("hf:o/big-GGUF:Q4_K_M --include mmproj-big-F16.gguf gets it too");
    const none = await download(["hf:o/big-GGUF", "--include", "*.safetensors"]);
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("*.safetensors");
  });

  it("takes a file from a web server", async () => {
    const outcome = await download([`${server.url}/m.gguf`, "--out", directory]);
    expect(pathsOf(outcome)).toEqual([join(directory, "m.gguf")]);
    expect(await readFile(join(directory, "m.gguf"))).toEqual(Buffer.from(MODEL));
  });

  it("is offline when told to be", async () => {
    const without = await download([BIG, "--offline"]);
    expect(without).toMatchObject({ code: 1, stdout: "" });
    expect(without.stderr).toMatch(/^ggufkit: .*offline/m);
    const paths = pathsOf(await download([BIG]));
    hub.resetCounters();
    expect(pathsOf(await download([BIG, "--offline"]))).toEqual(paths);
    expect(hub.requests).toEqual([]);
  });

  it("names a missing shard before it fetches a byte", async () => {
    const { code, stdout, stderr } = await download(["hf:o/holed-GGUF:Q4_K_M"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(SECOND_SHARD);
    expect(hub.cdnRequests).toEqual([]);
  });
});

describe("download --dry-run", () => {
  it("shows what would be fetched and what is there, and fetches nothing", async () => {
    const out = join(directory, "models");
    const words = [BIG, "--out", out, "--dry-run"];
    const { code, stdout, stderr } = await download(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const path of SHARD_PATHS) expect(stdout).toContain(`${path}  1.00 MB  to fetch`);
    expect(stdout).toMatch(/^Total +3\.00 MB in 3 files$/m);
    expect(stdout).toMatch(/^To fetch +3\.00 MB$/m);
    expect(stdout).toMatch(/^Disk +3\.\d+ MB needed, .* free in .+$/m);
    expect(stdout).toMatch(/^Projector +mmproj-big-F16\.gguf .*--include/m);
    expect(hub.cdnRequests).toEqual([]);
    expect(await readdir(directory)).toEqual([]);

    await download([BIG, "--out", out]);
    const after = await download(words);
    for (const path of SHARD_PATHS) expect(after.stdout).toContain(`${path}  1.00 MB  present`);
    expect(after.stdout).toMatch(/^To fetch +0 B$/m);
  });

  it("prints the plan as one JSON document", async () => {
    const { code, stdout } = await download([BIG, "--out", directory, "--dry-run", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      place: expect.stringContaining("hf:o/big-GGUF") as string,
      files: SHARD_PATHS.map((name) => ({
        name,
        path: join(directory, name),
        bytes: SHARD_BYTES,
        state: "absent",
        presentBytes: 0,
      })),
      bytes: 3 * SHARD_BYTES,
      fetchBytes: 3 * SHARD_BYTES,
      quantization: "Q4_K_M",
      mmproj: "mmproj-big-F16.gguf",
    });
  });

  it("says that a disk is too small, and ends with 1", async () => {
    const bytes = 2 ** 52;
    const madeUp = madeContent({ bytes, head: MODEL, sha256: "ab".repeat(32) });
    hub.repos["o/huge"] = { files: { "huge.gguf": madeUp } };
    const { code, stdout, stderr } = await download(["hf:o/huge", "--dry-run"]);
    expect(code).toBe(1);
    expect(stdout).toContain("huge.gguf");
    expect(stderr).toMatch(/^ggufkit: .*room/m);
    const real = await download(["hf:o/huge"]);
    expect(real).toMatchObject({ code: 1, stdout: "" });
    expect(real.stderr).toMatch(/^ggufkit: .*room/m);
  });
});

describe("download --json", () => {
  it("prints events as lines and the result last, and nothing on stderr", async () => {
    const outcome = await download([BIG, "--json", "--out", directory]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const lines = linesOf(outcome);
    const types = new Set(lines.map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(["planned", "started", "verified", "done"]));
    expect(lines.at(-1)).toEqual({
      type: "result",
      place: `hf:o/big-GGUF@${testCommit("o/big-GGUF")}:Q4_K_M`,
      quantization: "Q4_K_M",
      bytes: 3 * SHARD_BYTES,
      files: await Promise.all(
        SHARD_PATHS.map(async (path) => ({
          path: join(directory, path),
          bytes: SHARD_BYTES,
          sha256: await SHARDS[path]?.sha256(),
        })),
      ),
    });
  });

  it("ends with the error", async () => {
    const failed = await download(["hf:o/none", "--json"]);
    expect(failed.code).toBe(1);
    expect(linesOf(failed).at(-1)).toMatchObject({ type: "error", code: "not-found" });
    expect(failed.stderr).toMatch(/^ggufkit: .+/);
    const unknown = await download(["nobody-knows-this", "--json"]);
    expect(unknown.code).toBe(2);
    expect(linesOf(unknown).at(-1)).toMatchObject({ type: "error", code: "unknown-alias" });
  });

  it("is no error to whoever reads only the head", async () => {
    hub.cdnPace.bytesPerSecond = 5_000_000;
    try {
      const options = { closeAfter: true };
      const { code, stderr } = await download(["hf:o/large", "--json"], options);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    } finally {
      delete hub.cdnPace.bytesPerSecond;
    }
  });
});

describe("a download of a gated repository", () => {
  it("tells what to do without the right token", async () => {
    const { code, stdout, stderr } = await download(["hf:o/gated"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*gated: accept its terms at .*HF_TOKEN/m);
  });

  it.each([[], ["--json"], ["--dry-run"], ["--dry-run", "--json"]])(
    "never shows the token %j",
    async (...words: string[]) => {
      for (const token of [TOKEN, "hf_wrong_and_secret"]) {
        const env = { HF_TOKEN: token, GGUFKIT_DEBUG: "1" };
        const { code, stdout, stderr } = await download(["hf:o/gated", ...words], { env });
        expect(code).toBe(token === TOKEN ? 0 : 1);
        expect(stdout + stderr).not.toContain(token);
      }
      expect(hub.cdnRequests.some(({ authorized }) => authorized)).toBe(false);
    },
  );
});

describe("an interrupted download", () => {
  const KEPT = "what can be resumed is kept: the same command goes on from there\n";
  beforeEach(() => (hub.cdnPace.bytesPerSecond = 4_000_000));
  afterEach(() => delete hub.cdnPace.bytesPerSecond);

  it("leaves nothing under the final name, and is gone on with", async () => {
    const words = ["hf:o/large", "--out", directory, "--json", "--connections", "2"];
    const path = join(directory, "large.gguf");
    const cut = await download(words, {
      interruptWhen: ({ stdout }) => bytesDone(stdout) > LARGE_BYTES / 2,
    });
    expect(cut.code).toBe(130);
    expect(linesOf(cut).at(-1)).toMatchObject({ type: "error", code: "interrupted" });
    expect(cut.stderr).toBe(`${KEPT}ggufkit: interrupted\n`);
    expect(await isThere(path)).toBe(false);

    delete hub.cdnPace.bytesPerSecond;
    const planned = await download([...words, "--dry-run"]);
    expect(JSON.parse(planned.stdout)).toMatchObject({ files: [{ state: "partial" }] });
    hub.resetCounters();
    const done = await download(words);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(linesOf(done)).toContainEqual(expect.objectContaining({ type: "resumed" }));
    expect(hub.sent("large.gguf")).toBeLessThan(LARGE_BYTES);
    expect(await sha256(path)).toBe(await LARGE.sha256());
    const names = await readdir(directory);
    expect(names.filter((name) => name.startsWith("large"))).toEqual(["large.gguf"]);
  });

  it("says last that another run goes on", async () => {
    const { code, stdout, stderr } = await download(["hf:o/large"], {
      interruptWhen: (output) => /large\.gguf: \d\d%/.test(output.stderr),
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr.endsWith(`\n${KEPT}ggufkit: interrupted\n`)).toBe(true);
  });

  it("says nothing of that where nothing had come", async () => {
    hub.pace.latency = 5_000;
    try {
      const { code, stderr } = await download(["hf:o/large"], {
        interruptWhen: (output) => output.stderr.includes("fetching"),
      });
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr: "fetching hf:o/large\nggufkit: interrupted\n",
      });
    } finally {
      hub.pace.latency = 0;
    }
  });
});

function bytesDone(stdout: string): number {
  const amounts = [...stdout.matchAll(/"type":"progress".*"done":(\d+)/g)];
  return Number(amounts.at(-1)?.[1] ?? 0);
}

describe("wrong usage of download", () => {
  it.each([
    ["a path that is nowhere", ["./none.gguf"], /none\.gguf: no such file/],
    ["a connection too many", [BIG, "--connections", "65"], /from 1 to 64, got 65/],
    ["a rate that is none", [BIG, "--limit-rate", "fast"], /such as 500k.*, got fast/],
    ["patterns for a URL", ["https://h.example/a.gguf", "--include", "*"], /Hub repository/],
    ["an unknown alias", ["nobody-knows-this"], /unknown model alias/],
    ["a reference that is none", ["hf:nobody"], /owner\/name/],
    ["no source", [], /missing required argument/],
  ])("%s", async (_what, words, about) => {
    const { code, stdout, stderr } = await download(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
    expect(stderr).toMatch(about);
  });

  it("is a file that is here already", async () => {
    const path = join(directory, "m.gguf");
    await writeFile(path, MODEL);
    const { code, stdout, stderr } = await download([path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("m.gguf: is on this machine already");
  });
});
