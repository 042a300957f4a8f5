import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grownBytes, openGrowing, type GrowingInput } from "../src/growing-file.ts";

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A directory for one run, as fast-check makes many in a test. */
async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-growing-"));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function inputFor(directory: string, parts: readonly Uint8Array[]): GrowingInput {
  const whole = Buffer.concat(parts);
  return {
    file: "n.gguf",
    bytes: whole.length,
    sha256: createHash("sha256").update(whole).digest("hex"),
    pieces: parts.map((_, index) => `piece ${index}`),
    partial: join(directory, "partial"),
    ledger: join(directory, "ledger.json"),
  };
}

/** Appends what is missing, up to `until` pieces; the next fails in the middle when there is one. */
async function grow(
  input: GrowingInput,
  parts: readonly Uint8Array[],
  until = parts.length,
): Promise<number> {
  const growing = await openGrowing(input);
  try {
    const { pieces: first } = growing.held();
    for (const part of parts.slice(first, until)) await growing.append(chunked(part, 7));
    const next = parts[growing.held().pieces];
    if (next === undefined) await growing.finish();
    else await growing.append(cutShort(next)).catch(() => {});
    return first;
  } finally {
    await growing.close();
  }
}

async function* cutShort(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes.subarray(0, Math.ceil(bytes.length / 2));
  throw new Error("cut short");
}

const PARTS = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 });

describe("a file that grows", () => {
  it("is its pieces, one after the other, wherever it was cut and interrupted", async () => {
    await fc.assert(
      fc.asyncProperty(PARTS, fc.nat({ max: 6 }), (parts, stop) =>
        inDirectory(async (directory) => {
          const input = inputFor(directory, parts);
          const held = Math.min(stop, parts.length);
          await grow(input, parts, held);
          const bytes = Buffer.concat(parts.slice(0, held)).length;
          expect(await grownBytes(input)).toBe(bytes);
          expect(await grow(input, parts)).toBe(held);
          expect(await readFile(input.partial)).toEqual(Buffer.concat(parts));
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("is whole again whatever happened to what was left of it", async () => {
    const damage = fc.oneof(
      fc.record({ kind: fc.constant("cut" as const), at: fc.nat({ max: 200 }) }),
      fc.record({ kind: fc.constant("flip" as const), at: fc.nat({ max: 200 }) }),
      fc.record({ kind: fc.constant("ledger" as const), at: fc.nat({ max: 200 }) }),
    );
    await fc.assert(
      fc.asyncProperty(PARTS, fc.nat({ max: 6 }), damage, (parts, stop, { kind, at }) =>
        inDirectory(async (directory) => {
          const input = inputFor(directory, parts);
          await grow(input, parts, stop);
          const path = kind === "ledger" ? input.ledger : input.partial;
          const bytes = await readFile(path).catch(() => Buffer.alloc(0));
          if (kind === "flip" && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
          if (kind === "flip") await writeFile(path, bytes);
          else if (at < bytes.length) await truncate(path, at);
          await grow(input, parts);
          expect(await readFile(input.partial)).toEqual(Buffer.concat(parts));
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("does not go on with pieces of another file", async () => {
    await inDirectory(async (directory) => {
      const parts = [Buffer.from("one"), Buffer.from("two")];
      await grow(inputFor(directory, parts), parts, 1);
      const others = [Buffer.from("one"), Buffer.from("TWO")];
      expect(await grow(inputFor(directory, others), others)).toBe(0);
    });
  });
});
