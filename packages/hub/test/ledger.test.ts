import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startFileServer } from "@ggufkit/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseModelReference } from "../src/index.ts";
import {
  parseLedger,
  readLedger,
  startLedger,
  type LedgerIdentity,
  type LedgerState,
} from "../src/transfer/ledger.ts";
import {
  CHUNK_BYTES,
  closing,
  finish,
  ggufBytes,
  holds,
  resolve,
  settingsIn,
  tempDir,
} from "./support.ts";

const CHUNKS = 40;
const IDENTITY: LedgerIdentity = {
  content: "sha256:é",
  bytes: CHUNKS * 1000 - 1,
  chunkBytes: 1000,
};

/** The sha256 that a chunk is made up to have; another `round` is other content. */
function prefix(chunk: number, round = 0): string {
  return (chunk * 100 + round).toString(16).padStart(64, "0");
}

function fail(error: unknown): never {
  throw error;
}

/** What happens to a partial file; counts are taken as far as they are possible. */
type Step = { kind: "write" | "hash" | "back"; count: number };

const stepsArbitrary: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("write", "write", "hash", "hash", "back"),
    count: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 30 },
);

/** Plays steps into a ledger; gives the text after each line, and what is true then. */
async function play(
  path: string,
  steps: readonly Step[],
): Promise<{ text: string; states: LedgerState[] }> {
  const state: LedgerState = { written: 0, parts: new Map(), prefixes: [] };
  const states = [structuredClone(state)];
  const ledger = await startLedger(path, IDENTITY, state, fail);
  const note = (): void => void states.push(structuredClone(state));
  for (const [round, { kind, count }] of steps.entries()) {
    if (kind === "write") {
      state.written = Math.min(CHUNKS, state.written + count);
      ledger.written(state.written);
      note();
    } else if (kind === "hash") {
      for (let left = count; left > 0 && state.prefixes.length < state.written; left--) {
        state.prefixes.push(prefix(state.prefixes.length, round));
        ledger.hashed(state.prefixes.at(-1) ?? "");
        note();
      }
    } else {
      state.prefixes.splice(count);
      ledger.back(count);
      note();
    }
  }
  await ledger.close();
  return { text: await readFile(path, "utf8"), states };
}

describe("a ledger", () => {
  it("tells the next process what is there", async () => {
    const path = join(await tempDir(), "ledger");
    const ledger = await startLedger(
      path,
      IDENTITY,
      { written: 0, parts: new Map(), prefixes: [] },
      fail,
    );
    ledger.written(3);
    ledger.hashed(prefix(0));
    ledger.hashed(prefix(1));
    ledger.back(1);
    ledger.hashed(prefix(1, 1));
    ledger.written(5);
    await ledger.close();
    const state = { written: 5, parts: new Map(), prefixes: [prefix(0), prefix(1, 1)] };
    expect(await readLedger(path, IDENTITY)).toEqual(state);

    const again = await startLedger(path, IDENTITY, state, fail);
    expect(await readLedger(path, IDENTITY), "as soon as it has begun").toEqual(state);
    again.hashed(prefix(2));
    await again.close();
    expect(await readLedger(path, IDENTITY)).toEqual({
      written: 5,
      parts: new Map(),
      prefixes: [...state.prefixes, prefix(2)],
    });
  });

  it("takes the place of the one before at once, and leaves nothing beside it", async () => {
    const directory = await tempDir();
    const path = join(directory, "ledger");
    const state = { written: 2, parts: new Map(), prefixes: [prefix(0)] };
    await (await startLedger(path, IDENTITY, state, fail)).close();
    // What a process left that was killed while it began.
    await writeFile(`${path}.new`, "half a li".repeat(100));
    const ledger = await startLedger(path, IDENTITY, state, fail);
    await ledger.close();
    expect(await readLedger(path, IDENTITY)).toEqual(state);
    expect(await readdir(directory)).toEqual(["ledger"]);
  });

  it("writes what it was told last before it closes", async () => {
    const path = join(await tempDir(), "ledger");
    const ledger = await startLedger(
      path,
      IDENTITY,
      { written: 0, parts: new Map(), prefixes: [] },
      fail,
    );
    for (let chunk = 1; chunk <= CHUNKS; chunk++) ledger.written(chunk);
    await ledger.close();
    expect(await readLedger(path, IDENTITY)).toEqual({
      written: CHUNKS,
      parts: new Map(),
      prefixes: [],
    });
  });

  it.each([
    ["no file", undefined],
    ["an empty one", ""],
    ["a first line that was cut short", JSON.stringify({ ledger: 1 })],
    ["another's first line", '{"hello":1}\nw 9\n'],
    ["no text", "\0\uFFFD\n\n\n"],
  ])("is none: %s", async (_, text) => {
    const path = join(await tempDir(), "ledger");
    if (text !== undefined) await writeFile(path, text);
    expect(await readLedger(path, IDENTITY)).toBeUndefined();
  });

  it.each<[string, Partial<LedgerIdentity>]>([
    ["content", { content: "sha256:e" }],
    ["kind of content", { content: "etag:é" }],
    ["size", { bytes: IDENTITY.bytes + 1 }],
    ["chunks", { chunkBytes: 1001 }],
  ])("of another %s is none", async (_, other) => {
    const path = join(await tempDir(), "ledger");
    const state = { written: 3, parts: new Map(), prefixes: [prefix(0)] };
    await (await startLedger(path, IDENTITY, state, fail)).close();
    expect(await readLedger(path, { ...IDENTITY, ...other })).toBeUndefined();
  });

  it("is what it was at some line, wherever it is cut", async () => {
    const path = join(await tempDir(), "ledger");
    await fc.assert(
      fc.asyncProperty(
        stepsArbitrary,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (steps, at) => {
          const { text, states } = await play(path, steps);
          await truncate(path, Math.floor(Buffer.byteLength(text) * at));
          const got = await readLedger(path, IDENTITY);
          const lines = (await readFile(path, "utf8")).split("\n").length - 1;
          // Before the first two lines, the identity and what it began with, nothing is known.
          if (lines === 0) expect(got).toBeUndefined();
          else expect(got).toEqual(states[Math.max(0, lines - 2)]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("never tells of more than was written, whatever is added to it", async () => {
    const path = join(await tempDir(), "ledger");
    const garbage = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom("w", "h", "b", " ", "\n", "-", "x", ".", "\0"),
        maxLength: 80,
      }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    await fc.assert(
      fc.asyncProperty(stepsArbitrary, garbage, async (steps, added) => {
        const { states } = await play(path, steps);
        // A digit after `w ` would be a true line.
        fc.pre(!/^w \d/m.test(added));
        await appendFile(path, added);
        const { written, prefixes } = (await readLedger(path, IDENTITY)) ?? {
          written: 0,
          prefixes: [],
        };
        const truth = states.at(-1);
        expect(written).toBe(truth?.written);
        expect(prefixes).toEqual(truth?.prefixes.slice(0, prefixes.length));
      }),
      { numRuns: 100 },
    );
  });

  it("is not read on after a damaged line", () => {
    const head = JSON.stringify({ ledger: 1, ...IDENTITY });
    for (const damage of [
      "w",
      "w -1",
      "w 1e3",
      "w 9999999999",
      "w 4 ",
      " w 4",
      "h 12",
      "x 4",
      "W 4",
      "",
    ]) {
      const text = `${head}\nw 2\nh ${prefix(0)}\n${damage}\nw 9\nh ${prefix(1)}\n`;
      expect(parseLedger(text, IDENTITY)).toEqual({
        written: 2,
        parts: new Map(),
        prefixes: [prefix(0)],
      });
    }
  });

  it("has no more chunks than the file, and no more hashes than chunks", () => {
    const head = JSON.stringify({ ledger: 1, ...IDENTITY });
    expect(parseLedger(`${head}\nw 999999\n`, IDENTITY)?.written).toBe(CHUNKS);
    expect(parseLedger(`${head}\nw 1\np 0 5\np 2 999999999\np 999 1\n`, IDENTITY)?.parts).toEqual(
      new Map([[2, IDENTITY.chunkBytes]]),
    );
    const hashes = [0, 1, 2].map((chunk) => `h ${prefix(chunk)}`).join("\n");
    expect(parseLedger(`${head}\nw 2\n${hashes}\n`, IDENTITY)?.prefixes).toHaveLength(2);
  });
});

describe("what an earlier run left of a file that no digest vouches for", () => {
  it("is trusted as far as it was hashed: a crash of the system takes bytes along", async () => {
    const directory = await tempDir();
    const bytes = ggufBytes(10 * CHUNK_BYTES - 1);
    const server = closing(await startFileServer({ "/m.gguf": { bytes, etag: '"a"' } }));
    const url = `${server.url}/m.gguf`;
    const settings = settingsIn(directory);
    const name = createHash("sha256").update(url).digest("hex");
    const partial = join(directory, "own", "url", name, "m.gguf");
    const first = bytes.subarray(0, CHUNK_BYTES);
    const hash = createHash("sha256").update(first).digest("hex");
    await mkdir(dirname(partial), { recursive: true });
    // Four chunks were written; when the power failed, one of them was on the disk.
    await writeFile(`${partial}.incomplete`, first);
    await truncate(`${partial}.incomplete`, bytes.length);
    const identity = { content: 'etag:"a"', bytes: bytes.length, chunkBytes: CHUNK_BYTES };
    const state = { written: 4, parts: new Map(), prefixes: [hash] };
    await (await startLedger(`${partial}.ledger`, identity, state, fail)).close();

    const { events, model } = await finish(resolve(parseModelReference(url), { settings }));
    expect(await holds(model.files[0], bytes)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ type: "resumed", done: CHUNK_BYTES }));
  });
});
