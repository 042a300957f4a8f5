import type { Socket } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUFFER, connectTo, expectSame, made } from "./wire-client.ts";
import { after, headOf, keepingSink, send, wireServer } from "./wire-server.ts";

/** Bytes that are sent at once, and the milliseconds after them. */
interface Piece {
  bytes: number;
  delay: number | undefined;
}

/** A request and its answer. */
interface Exchange {
  start: number;
  length: number;
  /** Makes the head longer, in bytes. */
  padding: number;
  pieces: Piece[];
  /** How long each write takes, and how long each piece has the next wait, in milliseconds. */
  writes: (number | undefined)[];
  waits: number[];
  /** From the head to the reading of the body. */
  delay: number | undefined;
}

const lengthArbitrary = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 400 }).map((by) => BUFFER + by) },
  { weight: 2, arbitrary: fc.integer({ min: -400, max: 400 }).map((by) => 2 * BUFFER + by) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * BUFFER }) },
);

const delayArbitrary = fc.constantFrom(undefined, undefined, 0, 1, 3);

const pieceArbitrary: fc.Arbitrary<Piece> = fc.record({
  bytes: fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1000, max: 200_000 }),
    fc.constantFrom(BUFFER, BUFFER - 100, 4 * BUFFER),
  ),
  delay: delayArbitrary,
});

const exchangeArbitrary: fc.Arbitrary<Exchange> = fc.record({
  start: fc.nat(1 << 20),
  length: lengthArbitrary,
  padding: fc.integer({ min: 0, max: 300 }),
  pieces: fc.array(pieceArbitrary, { minLength: 1, maxLength: 8 }),
  writes: fc.array(delayArbitrary, { minLength: 1, maxLength: 4 }),
  waits: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: 1, maxLength: 5 }),
  delay: delayArbitrary,
});

async function sendInPieces(
  socket: Socket,
  bytes: Buffer,
  pieces: readonly Piece[],
): Promise<void> {
  const nextPiece = inTurn(pieces);
  // Small pieces alone would take for ever.
  const least = Math.ceil(bytes.length / 200);
  for (let at = 0; at < bytes.length;) {
    const piece = nextPiece();
    const end = at + Math.max(piece.bytes, at === 0 ? 1 : least);
    await send(socket, bytes.subarray(at, end));
    if (piece.delay !== undefined) await after(piece.delay);
    at = end;
  }
}

/** Gives one after the other, from the beginning again after the last. */
function inTurn<T>(items: readonly T[]): () => T {
  let count = 0;
  return () => items[count++ % items.length] as T;
}

/** Sends all over one connection, and holds what is written against what was sent. */
async function exchangeAll(exchanges: readonly Exchange[]): Promise<void> {
  const server = await wireServer(async (socket, _, index) => {
    const exchange = exchanges[index];
    if (exchange === undefined) return;
    const { start, length, padding, pieces } = exchange;
    const head = headOf(length, `X-Padding: ${"x".repeat(padding)}\r\n`);
    await sendInPieces(socket, Buffer.concat([head, made(start, length)]), pieces);
  });
  const connection = await connectTo(server);
  for (const { start, length, writes, waits, delay } of exchanges) {
    const nextWrite = inTurn(writes);
    const writing = async (): Promise<void> => {
      const wait = nextWrite();
      if (wait !== undefined) await after(wait);
    };
    await connection.get(server.url, {});
    if (delay !== undefined) await after(delay);
    const sink = keepingSink(writing, inTurn(waits));
    await connection.readBody(length, sink);
    expectSame(sink.bytes(), made(start, length));
    expect(connection.isOpen).toBe(true);
  }
  connection.destroy(new Error("done"));
}

describe("bodies on one connection", () => {
  it("are right, whatever their sizes, their packets, and the speed of who writes them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exchangeArbitrary, { minLength: 1, maxLength: 6 }), exchangeAll),
      { numRuns: 60 },
    );
  });
});
