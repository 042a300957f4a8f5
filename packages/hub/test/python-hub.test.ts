import { execFile, execFileSync } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  madeContent,
  shardedRepo,
  startTestHub,
  testCommit,
  type FileContent,
  type TestHub,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { parseModelReference, type HubSettings, type ResolveOptions } from "../src/index.ts";
import { startDownload } from "./download-process.ts";
import {
  CHUNK_BYTES,
  closing,
  filesBelow,
  finish,
  resolve,
  settingsIn,
  tempDir,
} from "./support.ts";

const PROGRAM = fileURLToPath(new URL("python/hub.py", import.meta.url));
const python = process.env["GGUFKIT_PYTHON"] ?? "python3";
const isRequired = process.env["GGUFKIT_REQUIRE_PYTHON_HUB"] === "1";
const hasHub = canImportHub(python);

function canImportHub(command: string): boolean {
  try {
    execFileSync(command, ["-c", "import huggingface_hub"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const COMMIT = testCommit("o/n");
const MODEL = "m-Q4_K_M.gguf";
const SHARDS = shardedRepo({ prefix: "Q8_0/m-Q8_0", shards: 2, bytesPerShard: 300_000 });
const [FIRST = "", SECOND = ""] = Object.keys(SHARDS);
const FILES: Record<string, FileContent> = { [MODEL]: model(700_000), ...SHARDS };

function model(bytes: number): FileContent {
  return madeContent({ bytes, head: Buffer.from("GGUF\x03\0\0\0"), seed: 9 });
}

/** What hub.py gives for `scan`. */
interface Scan {
  repos: {
    repo: string;
    bytes: number;
    revisions: { commit: string; refs: string[]; files: Record<string, number> }[];
  }[];
  warnings: string[];
}

interface World {
  hub: TestHub;
  directory: string;
  settings: HubSettings;
  /** Fetches with our code; gives the paths. */
  ours: (reference: string, options?: Partial<ResolveOptions>) => Promise<string[]>;
  /** Runs a command of hub.py in a Python of its own, offline unless it is told otherwise. */
  theirs: (command: string, job?: object, env?: Record<string, string>) => Promise<unknown>;
}

const ONLINE = { HF_HUB_OFFLINE: "0" };

async function setUp(files: Record<string, FileContent> = FILES): Promise<World> {
  const repo = { files, revisions: ["main", "v1", "refs/pr/1", "a/b"] };
  const hub = closing(await startTestHub({ repos: { "o/n": repo } }));
  const directory = await tempDir();
  const settings = settingsIn(directory, { HF_ENDPOINT: hub.url });
  const base = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    HF_HOME: join(directory, "hf"),
    HF_ENDPOINT: hub.url,
    HF_HUB_OFFLINE: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
    HF_HUB_DISABLE_XET: "1", // the test Hub speaks plain HTTP alone
  };
  return {
    hub,
    directory,
    settings,
    async ours(reference, options) {
      const all = { settings, ...options };
      return (await finish(resolve(parseModelReference(reference), all))).model.files;
    },
    async theirs(command, job = {}, env = {}) {
      const words = [PROGRAM, command, JSON.stringify({ repo: "o/n", ...job })];
      const { stdout } = await promisify(execFile)(python, words, { env: { ...base, ...env } });
      return JSON.parse(stdout);
    },
  };
}

async function expectContent(path: unknown, content: FileContent | undefined): Promise<void> {
  const bytes = await readFile(String(path));
  expect(bytes.equals(content?.read(0, content.bytes) ?? Buffer.alloc(0))).toBe(true);
}

describe.skipIf(!hasHub && !isRequired)(
  "PyPI's huggingface_hub (skipped unless GGUFKIT_PYTHON or python3 can import it)",
  () => {
    it("is there, as GGUFKIT_REQUIRE_PYTHON_HUB=1 asks for it", () => {
      expect(hasHub, `${python} can import huggingface_hub; GGUFKIT_PYTHON names another`).toBe(
        true,
      );
    });

    it.each([
      ["the main branch", "", "main"],
      ["a tag", "@v1", "v1"],
      ["a commit", `@${COMMIT}`, COMMIT],
      ["a pull request", "@refs/pr/1", "refs/pr/1"],
      ["a branch with a slash", "@a%2Fb", "a/b"],
    ])("finds offline what we fetched: %s", async (_, at, revision) => {
      const { ours, theirs } = await setUp();
      const [file] = await ours(`hf:o/n${at}/${MODEL}`);
      const shards = await ours(`hf:o/n${at}/${FIRST}`);
      expect(await theirs("fetch", { path: MODEL, revision })).toBe(file);
      expect(await theirs("fetch", { path: FIRST, revision })).toBe(shards[0]);
      expect(await theirs("fetch", { path: SECOND, revision })).toBe(shards[1]);
    });

    it("does not fetch again what we fetched", async () => {
      const { ours, theirs, hub } = await setUp();
      const [file] = await ours(`hf:o/n/${MODEL}`);
      hub.resetCounters();
      expect(await theirs("fetch", { path: MODEL }, ONLINE)).toBe(file);
      expect(hub.cdnRequests).toEqual([]);
    });

    it("finds our cache in order", async () => {
      const { ours, theirs } = await setUp();
      await ours(`hf:o/n@v1/${MODEL}`);
      await ours("hf:o/n:Q8_0");
      const files = Object.fromEntries(
        Object.entries(FILES).map(([path, content]) => [path, content.bytes]),
      );
      expect(await theirs("scan")).toEqual({
        repos: [
          {
            repo: "o/n",
            bytes: 1_300_000,
            revisions: [{ commit: COMMIT, refs: ["main", "v1"], files }],
          },
        ],
        warnings: [],
      });
    });

    it("is not upset by a download of ours that is under way, or was killed", async () => {
      const { theirs, hub, directory } = await setUp({ ...FILES, "big.gguf": model(4_000_000) });
      hub.cdnPace.bytesPerSecond = 1e6;
      const env = { HF_ENDPOINT: hub.url };
      const chunks = { bytes: CHUNK_BYTES, window: 8 };
      const job = { reference: "hf:o/n/big.gguf", directory, env, chunks, connections: 2 };
      const download = startDownload(job);
      await download.line(({ type, done = 0 }) => type === "progress" && done > 1_000_000);
      const held = hub.play({ kind: "stall", path: "big.gguf" }); // it must not be over too soon
      expect(await theirs("fetch", { path: MODEL }, ONLINE)).toMatch(/m-Q4_K_M\.gguf$/);
      const scan = (await theirs("scan")) as Scan;
      expect(scan.warnings).toEqual([]);
      expect(scan.repos.map(({ bytes }) => bytes)).toEqual([700_000]);
      download.kill("SIGKILL");
      await download.ended;

      const left = await filesBelow(join(directory, "hf"));
      expect(left.join()).toMatch(/\.incomplete,.*\.incomplete\.ledger,/);
      expect(left.join()).toMatch(/\.locks\/models--o--n\/\w+\.ggufkit/);
      held.off();
      hub.cdnPace.bytesPerSecond = Infinity;
      expect(await theirs("scan")).toEqual(scan);
      await expectContent(await theirs("fetch", { path: "big.gguf" }, ONLINE), model(4_000_000));
      expect(((await theirs("scan")) as Scan).warnings).toEqual([]);
    });

    it("fetches nothing again into a directory that we fetched into", async () => {
      const { ours, theirs, hub, directory } = await setUp();
      const out = join(directory, "out");
      const files = [
        ...(await ours(`hf:o/n/${MODEL}`, { out })),
        ...(await ours("hf:o/n:Q8_0", { out })),
      ];
      hub.resetCounters();
      for (const [index, path] of [MODEL, FIRST, SECOND].entries()) {
        const found = await theirs("fetch", { path, localDir: out }, ONLINE);
        expect(found).toBe(files[index]);
        expect(await theirs("fetch", { path, localDir: out })).toBe(files[index]);
      }
      expect(hub.cdnRequests).toEqual([]);
    });

    it("by its command fetches nothing again into a directory that we fetched into", async () => {
      const { ours, hub, directory } = await setUp();
      const out = join(directory, "out");
      await ours(`hf:o/n/${MODEL}`, { out });
      hub.resetCounters();
      const env = { HOME: directory, HF_ENDPOINT: hub.url, HF_HUB_DISABLE_XET: "1" };
      const command = ["-m", "huggingface_hub.cli.hf", "download"];
      const words = [...command, "o/n", MODEL, "--local-dir", out];
      await promisify(execFile)(python, words, { env });
      expect(hub.requests.length).toBeGreaterThan(0);
      expect(hub.cdnRequests).toEqual([]);
      await expectContent(join(out, MODEL), FILES[MODEL]);
    });

    it("leaves what we find offline, and do not fetch again", async () => {
      const { ours, theirs, hub, settings } = await setUp();
      const file = await theirs("fetch", { path: MODEL }, ONLINE);
      await theirs("snapshot", { patterns: ["Q8_0/*"] }, ONLINE);
      hub.resetCounters();
      const offline = { settings: { ...settings, offline: true } };
      expect(await ours(`hf:o/n/${MODEL}`, offline)).toEqual([file]);
      const shards = await ours("hf:o/n:Q8_0", offline);
      await expectContent(shards[0], SHARDS[FIRST]);
      await expectContent(shards[1], SHARDS[SECOND]);
      expect(await ours(`hf:o/n@${COMMIT}/${MODEL}`, offline)).toEqual([file]);
      expect(hub.requests).toEqual([]);
      expect(await ours(`hf:o/n/${MODEL}`)).toEqual([file]);
      expect(await ours("hf:o/n:Q8_0")).toEqual(shards);
      expect(hub.cdnRequests).toEqual([]);
    });

    it("in a directory leaves what we do not fetch again", async () => {
      const { ours, theirs, hub, directory } = await setUp();
      const out = join(directory, "out");
      const file = await theirs("fetch", { path: MODEL, localDir: out }, ONLINE);
      hub.resetCounters();
      expect(await ours(`hf:o/n/${MODEL}`, { out })).toEqual([file]);
      expect(hub.cdnRequests).toEqual([]);
    });

    it("may fetch a file into the same cache at the same time as we do", async () => {
      const content = model(3_000_000);
      const { ours, theirs, hub } = await setUp({ [MODEL]: content });
      hub.cdnPace.bytesPerSecond = 2e6;
      const [file, [mine]] = await Promise.all([
        theirs("fetch", { path: MODEL }, ONLINE),
        ours(`hf:o/n/${MODEL}`, { connections: 1 }),
      ]);
      expect(file).toBe(mine);
      await expectContent(mine, content);
      const scan = (await theirs("scan")) as Scan;
      expect(scan).toMatchObject({ repos: [{ bytes: 3_000_000 }], warnings: [] });
      const blob = await realpath(mine ?? "");
      expect((await filesBelow(dirname(blob))).map((name) => join(dirname(blob), name))).toEqual([
        blob,
      ]);
    });
  },
);
