import { madeContent } from "@ggufkit/fixtures";
import { expect } from "vitest";
import { Connection, type ConnectionOptions } from "../src/wire/connection.ts";
import { closing } from "./support.ts";
import { keepingSink, type KeepingSink, type WireServer } from "./wire-server.ts";

/** What a connection receives into, in bytes; it has two of them. */
export const BUFFER: number = 512 << 10;

const MADE = madeContent({ bytes: 5 << 20, seed: 7 });

/** Bytes that tell where they belong: a piece that came to another place would show. */
export function made(start: number, length: number): Buffer {
  return Buffer.from(MADE.read(start, start + length));
}

/** Opens a connection that ends with the test. */
export async function connectTo(
  { url }: Pick<WireServer, "url">,
  options: Partial<ConnectionOptions> = {},
): Promise<Connection> {
  const all = { proxy: undefined, answerTimeout: 5000, stallTimeout: 5000, ...options };
  const connection = await Connection.open(url, all, new AbortController().signal);
  closing({ close: async () => connection.destroy(new Error("the test is over")) });
  return connection;
}

/** Reads an answer whose body has `length` bytes. */
export async function read(
  connection: Connection,
  url: URL,
  length: number,
  sink: KeepingSink = keepingSink(),
): Promise<Buffer> {
  await connection.get(url, {});
  await connection.readBody(length, sink);
  return sink.bytes();
}

/** Runs to the error, which is returned. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return new Error("it did not fail");
}

/** Equal, without a difference of a megabyte to be printed. */
export function expectSame(got: Buffer, expected: Uint8Array, what = "bytes"): void {
  expect(got.length, `length of ${what}`).toBe(expected.length);
  expect(Buffer.compare(got, expected), `order of ${what}`).toBe(0);
}
