import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startTestHub, testCommit, type TestHub, type TestRepo } from "@ggufkit/fixtures";
import { describe, expect, it, vi } from "vitest";
import {
  AccessDeniedError,
  FileNotFoundError,
  formatModelReference,
  HashMismatchError,
  HubFilterError,
  MissingShardError,
  ModelReferenceError,
  NotFoundError,
  OfflineError,
  parseModelReference,
  QuantizationError,
  RateLimitedError,
  SettingsError,
  type HubEvent,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import {
  closing,
  failing,
  finish,
  ggufBytes,
  holds,
  modelFilesBelow,
  ONCE,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";

const BYTES = ggufBytes(200_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const COMMIT = testCommit("o/n");
const REPO: TestRepo = {
  files: {
    "README.md": Buffer.from("# A model"),
    "n-Q4_K_M.gguf": BYTES,
    "n-Q8_0.gguf": ggufBytes(1000, 8),
    "n-UD-Q4_K_M.gguf": ggufBytes(1000, 7),
    "mmproj-n-F16.gguf": ggufBytes(1000, 6),
    "F32/n-F32-00001-of-00002.gguf": ggufBytes(500, 5),
    "F32/n-F32-00002-of-00002.gguf": ggufBytes(600, 4),
    "a b#c?d%20&.gguf": ggufBytes(1000, 3),
  },
};

interface World {
  hub: TestHub;
  directory: string;
  /** Files of the shared cache, from the repository's folder on. */
  cached: () => Promise<string[]>;
  get: (
    text: string,
    env?: Record<string, string>,
    more?: Partial<ResolveOptions>,
  ) => AsyncGenerator<HubEvent, ResolvedModel>;
}

async function setUp(repo: TestRepo = REPO): Promise<World> {
  const hub = closing(await startTestHub({ repos: { "o/n": repo } }));
  const directory = await tempDir();
  return {
    hub,
    directory,
    cached: () => modelFilesBelow(join(directory, "hf", "hub", "models--o--n")),
    get: (text, env, more) => {
      const settings = settingsIn(directory, { HF_ENDPOINT: hub.url, ...env });
      return resolve(parseModelReference(text), { settings, ...more });
    },
  };
}

describe("a file of the Hub", () => {
  it("is laid into the cache that all Hugging Face tools share", async () => {
    const { get, directory, cached } = await setUp();
    const { model, events } = await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    const root = join(directory, "hf", "hub", "models--o--n");
    const pointer = join(root, "snapshots", COMMIT, "n-Q4_K_M.gguf");
    expect(model).toMatchObject({ files: [pointer], sha256: SHA256, bytes: BYTES.length });
    expect(await holds(pointer, BYTES)).toBe(true);
    expect(await cached()).toEqual([
      `blobs/${SHA256}`,
      "refs/main",
      `snapshots/${COMMIT}/n-Q4_K_M.gguf`,
    ]);
    expect(await readFile(join(root, "refs", "main"), "utf8")).toBe(COMMIT);
    expect(await readlink(pointer)).toBe(join("..", "..", "blobs", SHA256));
    expect(typesOf(events)).toEqual(["place", "planned", "started", "verified", "done"]);
  });

  it("is not fetched twice, nor hashed again", async () => {
    const { get, hub } = await setUp();
    await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    hub.resetCounters();
    const { events } = await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
    expect(hub.cdnRequests).toEqual([]);
  });

  it("at a commit needs no request once it is here", async () => {
    const { get, hub } = await setUp();
    const text = `hf:o/n@${COMMIT}/n-Q4_K_M.gguf`;
    await finish(get(text));
    hub.requests.length = 0;
    const { model, events } = await finish(get(text));
    expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
    expect(model.sha256).toBe(SHA256);
    expect(hub.requests).toEqual([]);
  });

  it("that another tool left with a flipped byte is found out and fetched again", async () => {
    const { get, directory } = await setUp();
    const { model } = await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    const blob = join(directory, "hf", "hub", "models--o--n", "blobs", SHA256);
    const damaged = Buffer.from(BYTES);
    damaged.writeUInt8(99, 1000);
    await writeFile(blob, damaged);
    const { events } = await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    expect(typesOf(events)).toEqual([
      "place",
      "verifying",
      "planned",
      "started",
      "verified",
      "done",
    ]);
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("that is in the cache for another commit is linked, not fetched", async () => {
    const { get, directory, hub } = await setUp();
    const blob = join(directory, "hf", "hub", "models--o--n", "blobs", SHA256);
    await mkdir(dirname(blob), { recursive: true });
    await writeFile(blob, BYTES);
    const { model, events } = await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    expect(typesOf(events)).toEqual(["place", "verifying", "verified", "planned", "cached"]);
    expect((await lstat(model.files[0] ?? "")).isSymbolicLink()).toBe(true);
    expect(hub.cdnRequests).toEqual([]);
  });

  it("has its name encoded", async () => {
    const { get } = await setUp();
    const { model } = await finish(get("hf:o/n/a b#c?d%20&.gguf"));
    expect(await holds(model.files[0], ggufBytes(1000, 3))).toBe(true);
  });

  it("outside LFS is verified by git's hash", async () => {
    const { get, hub } = await setUp({ files: { "tiny.gguf": BYTES }, plain: ["tiny.gguf"] });
    const { model } = await finish(get("hf:o/n/tiny.gguf"));
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(model.sha256).toBeUndefined();
    expect(typesOf((await finish(get("hf:o/n/tiny.gguf"))).events)).toEqual([
      "place",
      "planned",
      "cached",
    ]);
    await writeFile(model.files[0] ?? "", ggufBytes(BYTES.length, 9));
    hub.faults.bodies["tiny.gguf"] = "flip";
    expect(await failing(get("hf:o/n/tiny.gguf"))).toBeInstanceOf(HashMismatchError);
  });

  it("comes over a relative redirect too", async () => {
    const { get, hub } = await setUp();
    hub.faults.relativeRedirect = true;
    expect((await finish(get("hf:o/n/n-Q4_K_M.gguf"))).model.sha256).toBe(SHA256);
    expect(hub.cdnRequests).toEqual([]);
  });

  it("prints nothing on the way", async () => {
    const { get } = await setUp();
    const methods = ["log", "info", "debug", "warn", "error"] as const;
    const spies = methods.map((method) => vi.spyOn(console, method));
    await finish(get("hf:o/n/n-Q4_K_M.gguf"));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe("a quantization of the Hub", () => {
  it("is found by its exact label, whatever the case", async () => {
    const { get } = await setUp();
    const names: string[] = [];
    for (const label of ["q8_0", "Q4_K_M", "UD-Q4_K_M"]) {
      const { model } = await finish(get(`hf:o/n:${label}`));
      names.push(...model.files.map((file) => file.slice(file.lastIndexOf("/") + 1)));
    }
    expect(names).toEqual(["n-Q8_0.gguf", "n-Q4_K_M.gguf", "n-UD-Q4_K_M.gguf"]);
  });

  it("that is split brings its whole set, first shard first", async () => {
    const { get } = await setUp();
    const { model } = await finish(get("hf:o/n:F32"));
    expect(model.files.map((file) => file.slice(-27))).toEqual([
      "/F32/n-F32-00001-of-00002.gguf".slice(-27),
      "/F32/n-F32-00002-of-00002.gguf".slice(-27),
    ]);
    expect(model).toMatchObject({ bytes: 1100 });
    expect(model.sha256).toBeUndefined();
  });

  it("is chosen when none is named, and the choice explained", async () => {
    const { get } = await setUp();
    const { events } = await finish(get("hf:o/n"));
    const chosen = { type: "chosen", file: "n-Q4_K_M.gguf", quantization: "Q4_K_M" };
    const mmproj = "mmproj-n-F16.gguf";
    expect(events).toContainEqual({ ...chosen, reason: expect.stringContaining("usual"), mmproj });
    const { get: getOther } = await setUp({
      files: { "n-Q8_0.gguf": BYTES, "n-Q5_K_M.gguf": ggufBytes(10), "n-Q2_K.gguf": ggufBytes(20) },
    });
    const other = await finish(getOther("hf:o/n"));
    const next = { type: "chosen", file: "n-Q5_K_M.gguf", quantization: "Q5_K_M" };
    expect(other.events).toContainEqual({ ...next, reason: expect.stringMatching(/no Q4_K_M/) });
  });

  it("that is not there gives way to the nearest, and that is told", async () => {
    const { get } = await setUp();
    const { model, events } = await finish(get("hf:o/n:Q6_K"));
    expect(model.files[0]).toMatch(/n-Q4_K_M\.gguf$/);
    const chosen = events.find(({ type }) => type === "chosen");
    expect(chosen).toMatchObject({
      quantization: "Q4_K_M",
      reason: expect.stringContaining("no Q6_K"),
    });
  });

  it("that nobody knows lists those that are there", async () => {
    const { get } = await setUp();
    const error = await failing(get("hf:o/n:Q2_KK"));
    expect(error).toBeInstanceOf(QuantizationError);
    expect(error).toMatchObject({ labels: ["F32", "Q4_K_M", "Q8_0", "UD-Q4_K_M"] });
    expect(String(error)).toContain("F32, Q4_K_M, Q8_0, UD-Q4_K_M");
  });

  it("is never taken from a name that leaves the folder", async () => {
    const { get } = await setUp({ files: { "../n-Q4_K_M.gguf": BYTES, "README.md": BYTES } });
    expect(await failing(get("hf:o/n:Q4_K_M"))).toBeInstanceOf(QuantizationError);
    expect(await failing(get("hf:o/n/n-Q4_K_M.gguf"))).toBeInstanceOf(FileNotFoundError);
    const error = await failing(get("hf:o/n", {}, { include: ["*n-Q4_K_M*"] }));
    expect(error).toBeInstanceOf(HubFilterError);
    expect(error).toMatchObject({ problem: "no-match" });
    for (const path of ["../n-Q4_K_M.gguf", "/n-Q4_K_M.gguf", "C:\\n-Q4_K_M.gguf"]) {
      const reference = { kind: "hub", repo: "o/n", path } as const;
      expect(() => get(formatModelReference(reference))).toThrow(ModelReferenceError);
    }
  });

  it("that several models have is not guessed", async () => {
    const { get } = await setUp({
      files: { "base-Q4_K_M.gguf": BYTES, "chat-Q4_K_M.gguf": ggufBytes(10) },
    });
    const error = await failing(get("hf:o/n:Q4_K_M"));
    expect(error).toBeInstanceOf(QuantizationError);
    expect(String(error)).toMatch(/base-Q4_K_M\.gguf, chat-Q4_K_M\.gguf/);
  });

  it("with a missing shard is refused before the first byte", async () => {
    const { "F32/n-F32-00001-of-00002.gguf": _, ...files } = REPO.files;
    const { get, hub } = await setUp({ files });
    for (const text of ["hf:o/n:F32", "hf:o/n/F32/n-F32-00001-of-00002.gguf"]) {
      const error = await failing(get(text));
      expect(error).toBeInstanceOf(MissingShardError);
      expect(error).toMatchObject({ missing: ["F32/n-F32-00001-of-00002.gguf"] });
    }
    expect(hub.cdnRequests).toEqual([]);
  });
});

describe("the Hub's refusals", () => {
  const missing = "hf:o/n/none.gguf";

  it("tell a missing file, revision and repository apart", async () => {
    const { get } = await setUp();
    expect(await failing(get(missing))).toBeInstanceOf(FileNotFoundError);
    const revision = await failing(get("hf:o/n@v9:Q8_0"));
    expect(revision).toBeInstanceOf(NotFoundError);
    expect(String(revision)).toContain("no revision v9");
    const repository = await failing(get("hf:o/other"));
    expect(repository).toBeInstanceOf(NotFoundError);
    expect(String(repository)).toMatch(/no repository o\/other.*HF_TOKEN/);
  });

  it("of a listed file that is not there after all", async () => {
    const { get, hub, cached } = await setUp();
    hub.faults.missing.push("n-Q8_0.gguf");
    expect(await failing(get("hf:o/n:Q8_0"))).toBeInstanceOf(NotFoundError);
    expect(await cached()).toEqual([]);
  });

  it("say when to come back", async () => {
    const { get, hub } = await setUp();
    hub.faults.rateLimit = 1;
    const error = await failing(get("hf:o/n:Q8_0", {}, ONCE));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterSeconds: 7 });
    hub.faults.rateLimit = 1;
    hub.faults.rateLimitHeaders = { ratelimit: '"api";r=0;t=55', "retry-after": "7" };
    expect(await failing(get("hf:o/n:Q8_0", {}, ONCE))).toMatchObject({ retryAfterSeconds: 55 });
  });

  it("say what a gated repository wants", async () => {
    const { get } = await setUp({ ...REPO, gatedFor: "hf_right" });
    const error = await failing(get("hf:o/n:Q8_0"));
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error).toMatchObject({ gated: true, status: 401 });
    expect(String(error)).toMatch(/accept its terms at http.*\/o\/n, then set HF_TOKEN/);
    const wrong = await failing(get("hf:o/n:Q8_0", { HF_TOKEN: "hf_wrong" }));
    expect(wrong).toMatchObject({ gated: true, status: 403 });
    expect(String(wrong)).not.toContain("hf_wrong");
    await finish(get("hf:o/n:Q8_0", { HF_TOKEN: "hf_right" }));
  });
});

describe("the token", () => {
  it("goes to the Hub with every request, and never to the second origin", async () => {
    const { get, hub } = await setUp();
    hub.faults.cloudfront = true;
    const { events, model } = await finish(get("hf:o/n:F32", { HF_TOKEN: "hf_secret" }));
    expect(hub.requests.every(({ authorized }) => authorized)).toBe(true);
    expect(hub.cdnRequests).toHaveLength(2);
    expect(hub.cdnRequests.some(({ authorized }) => authorized)).toBe(false);
    expect(JSON.stringify([events, model])).not.toContain("hf_secret");
  });

  it("is in no error, even when it is malformed", async () => {
    const { get, hub } = await setUp();
    const malformed = await failing(get("hf:o/n:F32", { HF_TOKEN: "hf_sec\nret" }));
    expect(malformed).toBeInstanceOf(SettingsError);
    hub.faults.bodies["n-Q8_0.gguf"] = "reset";
    const broken = await failing(get("hf:o/n:Q8_0", { HF_TOKEN: "hf_sec" }));
    for (const error of [malformed, broken]) {
      const { stack, cause } = error as Error;
      const all = JSON.stringify([error, stack, String(cause), Object.entries(error as Error)]);
      expect(all).not.toContain("hf_sec");
    }
  });
});

describe("two transfers of the same file at once", () => {
  it("give both the file, which comes once", async () => {
    const { get, hub, cached } = await setUp();
    const text = "hf:o/n/n-Q4_K_M.gguf";
    const both = await Promise.all([finish(get(text)), finish(get(text))]);
    for (const { model } of both) expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(await cached()).toHaveLength(3);
    expect(hub.sent("n-Q4_K_M.gguf")).toBe(BYTES.length);
    const types = both.map(({ events }) => typesOf(events));
    expect(types).toContainEqual(["place", "planned", "waiting", "cached"]);
  });
});

describe("offline", () => {
  it("uses what the cache has, and makes no request for what it has not", async () => {
    const { get, hub } = await setUp();
    await finish(get("hf:o/n:Q8_0"));
    await finish(get("hf:o/n:F32"));
    hub.requests.length = 0;
    const offline = { HF_HUB_OFFLINE: "1" };
    const { model } = await finish(get("hf:o/n:F32", offline));
    expect(model).toMatchObject({ bytes: 1100 });
    expect((await finish(get("hf:o/n/n-Q8_0.gguf", offline))).model.bytes).toBe(1000);
    const error = await failing(get("hf:o/n:Q4_K_M", offline));
    expect(error).toBeInstanceOf(OfflineError);
    expect(hub.requests).toEqual([]);
  });
});
