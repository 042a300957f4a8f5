import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  shardedRepo,
  startFileServer,
  startTestHub,
  testCommit,
  type FileServer,
  type TestHub,
} from "@ggufkit/fixtures";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { ggufkit, type Outcome, type RunOptions } from "./run.ts";
import { splitModel } from "./shard-files.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/download-merge-run.sh", import.meta.url));
const MODEL = splitModel();
const FOREIGN = splitModel({ seed: 2, shards: 4 });
const [FIRST = "", SECOND = "", THIRD = ""] = MODEL.shards.keys();
const LARGE_SHARD_BYTES = 15_000_000;

let hub: TestHub;
let server: FileServer;
let directory: string;
let out: string;
beforeAll(async () => {
  const files = Object.fromEntries(
    [...MODEL.shards].map(([name, bytes]) => [`F16/${name}`, bytes]),
  );
  const [, second = new Uint8Array()] = FOREIGN.shards.values();
  hub = await startTestHub({
    repos: {
      "o/tiny-GGUF": { files: { ...files, "tiny-Q8_0.gguf": MODEL.whole } },
      "o/mixed-GGUF": { files: { ...files, [`F16/${SECOND}`]: second } },
      "o/large-GGUF": {
        files: shardedRepo({ prefix: "large", shards: 3, bytesPerShard: LARGE_SHARD_BYTES }),
      },
    },
  });
  server = await startFileServer(
    Object.fromEntries(
      [...MODEL.shards].map(([name, bytes]) => [`/${name}`, { bytes, etag: `"${name}"` }]),
    ),
  );
});
afterAll(async () => {
  await hub.close();
  await server.close();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-download-merge-"));
  out = join(directory, "models");
  hub.resetCounters();
});
afterEach(() => rm(directory, { recursive: true }));

const TINY = "hf:o/tiny-GGUF:F16";

function environment(): Record<string, string> {
  const caches = { HF_HOME: join(directory, "hf"), GGUFKIT_CACHE: join(directory, "cache") };
  return { HF_HUB_OFFLINE: "0", HF_ENDPOINT: hub.url, ...caches };
}

function download(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return ggufkit(["download", ...words], { ...options, env: environment() });
}

function pathOf({ code, stdout, stderr }: Outcome): string {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/^[^\n]+\n$/);
  return stdout.trimEnd();
}

async function isMerged(path: string): Promise<boolean> {
  return Buffer.compare(await readFile(path), MODEL.whole) === 0;
}

function linesOf({ stdout }: Outcome): { type: string; [field: string]: unknown }[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
}

describe("download --merge", () => {
  it("brings a split model as one file, and prints its path alone", async () => {
    const outcome = await download([TINY, "--merge", "--out", out]);
    const path = pathOf(outcome);
    expect(basename(path)).toBe("tiny.gguf");
    expect(await isMerged(path)).toBe(true);
    expect(outcome.stderr).toMatch(/^3 files, 27\d\.\d kB, merged into tiny\.gguf$/m);
    for (const name of [FIRST, SECOND, THIRD])
      expect(outcome.stderr).toMatch(new RegExp(`${name}: .*sha256 verified$`, "m"));
    expect(outcome.stderr).toMatch(/^tiny\.gguf: 27\d\.\d kB in /m);
    const left = await readdir(out, { recursive: true });
    expect(left.filter((name) => name.endsWith(".gguf"))).toEqual([path.slice(out.length + 1)]);
  });

  it("reads no more than headers where the file is there", async () => {
    const words = ["hf:o/large-GGUF", "--merge", "--out", out];
    const path = pathOf(await download(words));
    hub.resetCounters();
    const again = await download(words);
    expect(pathOf(again)).toBe(path);
    expect(again.stderr).toMatch(/^3 files, 45\.0 MB, already there, merged into large\.gguf$/m);
    expect(largeBytesSent()).toBeLessThan(LARGE_SHARD_BYTES);
  });

  it("keeps the file in the cache where nobody says otherwise", async () => {
    const path = pathOf(await download([TINY, "--merge"]));
    expect(path.startsWith(join(directory, "cache"))).toBe(true);
    expect(await isMerged(path)).toBe(true);
    hub.resetCounters();
    expect(pathOf(await download([TINY, "--merge"]))).toBe(path);
  });

  it("takes what is in the cache for the shards", async () => {
    await download([TINY]);
    hub.resetCounters();
    const outcome = await download([TINY, "--merge", "--out", out]);
    expect(await isMerged(pathOf(outcome))).toBe(true);
    expect(hub.cdnRequests).toEqual([]);
    const offline = await download([TINY, "--merge", "--offline", "--out", join(directory, "off")]);
    expect(await isMerged(pathOf(offline))).toBe(true);
  });

  it("merges what a web server has, if that names its content", async () => {
    const words = [`${server.url}/${FIRST}`, "--merge", "--out", out];
    expect(await isMerged(pathOf(await download(words)))).toBe(true);
    for (const file of Object.values(server.files)) file.ranges = false;
    await rm(out, { recursive: true });
    const { code, stdout, stderr } = await download(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*byte ranges.*; download the shards, then merge them$/m);
  });

  it("leaves a model of one file as it is", async () => {
    const path = pathOf(await download(["hf:o/tiny-GGUF:Q8_0", "--merge", "--out", out]));
    expect(basename(path)).toBe("tiny-Q8_0.gguf");
    expect(await isMerged(path)).toBe(true);
  });

  it("replaces another file of that name with --force alone", async () => {
    const path = pathOf(await download([TINY, "--merge", "--out", out]));
    await writeFile(path, "mine");
    const words = [TINY, "--merge", "--out", out];
    const refused = await download(words);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^ggufkit: .*tiny\.gguf: another file of this name/m);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await isMerged(pathOf(await download([...words, "--force"])))).toBe(true);
  });

  it("names the shard that does not belong to the set, and keeps nothing", async () => {
    const { code, stdout, stderr } = await download([
      "hf:o/mixed-GGUF:F16",
      "--merge",
      "--out",
      out,
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*tiny-00002-of-00003\.gguf/m);
    expect(await readdir(directory)).not.toContain("models");
  });

  it("shows with --dry-run what becomes of the shards, and fetches none of them", async () => {
    const words = [TINY, "--merge", "--out", out, "--dry-run"];
    const { code, stdout, stderr } = await download(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^F16/${SECOND} +[\\d.]+ kB +to fetch$`, "m"));
    expect(stdout).toMatch(/^Merged into +.*\/tiny\.gguf, 274\.5 kB, to write$/m);
    expect(stdout).toMatch(/^Disk +2[78]\d\.\d kB needed/m);
    expect(await readdir(directory)).not.toContain("models");

    const path = pathOf(await download([TINY, "--merge", "--out", out]));
    const after = await download(words);
    expect(after.stdout).toContain(`${path}, 274.5 kB, present`);
    expect(after.stdout).toMatch(/^To fetch +0 B$/m);
    const json = await download([...words, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      files: [{ name: `F16/${FIRST}` }, {}, {}],
      joined: { name: "tiny.gguf", path, bytes: MODEL.whole.length, state: "present" },
    });
  });

  it("prints events as lines and the merged file last with --json", async () => {
    const outcome = await download([TINY, "--merge", "--out", out, "--json"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const lines = linesOf(outcome);
    const [path] = lines.flatMap(({ type, plan }) =>
      type === "planned" ? [(plan as { joined: { path: string } }).joined.path] : [],
    );
    expect(lines.filter(({ type }) => type === "verified")).toHaveLength(3);
    expect(lines.at(-1)).toEqual({
      type: "result",
      place: `hf:o/tiny-GGUF@${testCommit("o/tiny-GGUF")}:F16`,
      quantization: "F16",
      bytes: MODEL.whole.length,
      files: [{ path, bytes: MODEL.whole.length }],
    });
  });
});

function largeBytesSent(): number {
  const names = [1, 2, 3].map((no) => `large-0000${no}-of-00003.gguf`);
  return names.reduce((sum, name) => sum + hub.sent(name), 0);
}

describe("an interrupted download --merge", () => {
  it("leaves nothing under the final name, and is gone on with", async () => {
    hub.cdnPace.bytesPerSecond = 4_000_000;
    const words = ["hf:o/large-GGUF", "--merge", "--out", out, "--connections", "2"];
    try {
      const cut = await download(words, {
        interruptWhen: ({ stderr }) => /files: +[3-9]\d%/.test(stderr),
      });
      expect(cut).toMatchObject({ code: 130, stdout: "" });
      expect(cut.stderr).toMatch(/goes on from there\nggufkit: interrupted\n$/);
      expect(await isThere(join(out, "large.gguf"))).toBe(false);
    } finally {
      delete hub.cdnPace.bytesPerSecond;
    }
    hub.resetCounters();
    const path = pathOf(await download(words));
    expect(path).toBe(join(out, "large.gguf"));
    expect(largeBytesSent()).toBeLessThan(3 * LARGE_SHARD_BYTES);
    const check = await ggufkit(["verify", path], { env: environment() });
    expect(check.stdout).toContain("whole: 1 file, 6 tensors");
  });
});

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

describe("examples/download-merge-run.sh", () => {
  it("prints the command that serves the merged file", async () => {
    const { code, stdout, stderr } = await runExample([TINY, out]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [, path = "", context] =
      /^llama-server --model (\S+) --ctx-size (\d+) [^\n]+\n$/.exec(stdout) ?? [];
    expect(context).toBe("512");
    expect(await isMerged(path)).toBe(true);
    expect(await runExample([TINY, out])).toMatchObject({ code: 0, stdout });
  });

  it("ends with the failure of the download", async () => {
    const { code, stdout, stderr } = await runExample(["hf:o/none", out]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*o\/none/m);
  });
});

function runExample(words: readonly string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"], NO_COLOR: "1", ...environment() };
  const child = spawn("bash", [EXAMPLE, ...words], { env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
