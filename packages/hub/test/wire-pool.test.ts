import { madeContent } from "@ggufkit/fixtures";
import { describe, expect, it, vi } from "vitest";
import { openRange } from "../src/transfer/open-range.ts";
import type { Located, RemoteFile } from "../src/transfer/remote-file.ts";
import { connectionPool, type ConnectionPool } from "../src/wire/connection-pool.ts";
import type { Connection } from "../src/wire/connection.ts";
import { statusError } from "../src/http.ts";
import { closing } from "./support.ts";
import { headOf, keepingSink, send, wireServer, type WireServer } from "./wire-server.ts";

const { signal } = new AbortController();

function poolOf(proxies = {}): ConnectionPool {
  const pool = connectionPool(proxies, { answerTimeout: 5000, stallTimeout: 5000 });
  closing({ close: async () => pool.close() });
  return pool;
}

/** Reads an empty answer, after which the connection can carry another. */
async function use(connection: Connection, { url }: WireServer): Promise<void> {
  await connection.get(url, {});
  await connection.readBody(0, keepingSink());
}

describe("connectionPool", () => {
  it("gives a connection again that was given back, and to its own origin alone", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0)));
    const other = await wireServer((socket) => send(socket, headOf(0)));
    const pool = poolOf();
    const first = await pool.take(server.url, signal);
    const second = await pool.take(server.url, signal);
    expect(second).not.toBe(first);
    await use(first, server);
    pool.give(first);
    expect((await pool.take(other.url, signal)).origin).toBe(other.url.origin);
    expect(await pool.take(new URL("/another", server.url), signal)).toBe(first);
    await use(first, server);
    expect(server.sockets).toHaveLength(2);
    expect(other.sockets).toHaveLength(1);
  });

  it("does not give one again that the server has closed meanwhile", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0)));
    const pool = poolOf();
    const first = await pool.take(server.url, signal);
    await use(first, server);
    pool.give(first);
    server.sockets[0]?.end();
    await vi.waitFor(() => expect(first.isOpen).toBe(false));
    const second = await pool.take(server.url, signal);
    expect(second).not.toBe(first);
    await use(second, server);
  });

  it("lets go of one that the server closes after its answer", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0, "Connection: close\r\n")));
    const pool = poolOf();
    const first = await pool.take(server.url, signal);
    await use(first, server);
    pool.give(first);
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    expect(await pool.take(server.url, signal)).not.toBe(first);
  });

  it("closes what it has, and what is given back or under way after that", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0)));
    const pool = poolOf();
    const [idle, used, unread] = await Promise.all(
      [1, 2, 3].map(() => pool.take(server.url, signal)),
    );
    if (!idle || !used || !unread) throw new Error("three were taken");
    await use(idle, server);
    pool.give(idle);
    await unread.get(server.url, {}); // nobody reads this one's body any more
    const opening = pool.take(server.url, signal).catch((error: unknown) => error);
    await use(used, server);
    pool.close();
    pool.give(used);
    await opening;
    await vi.waitFor(() => {
      expect(server.sockets.map((socket) => socket.destroyed)).not.toContain(false);
    });
  });
});

describe("openRange", () => {
  const made = madeContent({ bytes: 1000 });
  const file: RemoteFile = {
    name: "m.gguf",
    url: "",
    authorization: () => undefined,
    errorOf: statusError,
    isPinned: true,
  };
  const locatedAt = ({ url }: WireServer): Located => ({
    url,
    headers: {},
    bytes: made.bytes,
    etag: undefined,
    validator: undefined,
    acceptsRanges: true,
    contentType: undefined,
  });

  it("asks on another connection when the server closes an idle one just then", async () => {
    let refused = 0;
    const server = await wireServer((socket, request, index) => {
      if (index > 0) {
        refused += 1;
        return void socket.end();
      }
      const [, start = "", end = ""] = /bytes=(\d+)-(\d+)/.exec(request) ?? [];
      const body = made.read(Number(start), Number(end) + 1);
      const range = `Content-Range: bytes ${start}-${end}/${made.bytes}\r\n`;
      const head = headOf(body.length, range).toString().replace("200 OK", "206 Partial Content");
      return send(socket, Buffer.concat([Buffer.from(head), body]));
    });
    const pool = poolOf();
    const read = async (start: number, end: number): Promise<void> => {
      const range = { start, end };
      const { connection } = await openRange(file, locatedAt(server), range, { pool, signal });
      const sink = keepingSink();
      await connection.readBody(end - start, sink);
      expect(sink.bytes().equals(made.read(start, end))).toBe(true);
      pool.give(connection);
    };
    await Promise.all([read(0, 10), read(10, 20), read(20, 30)]);
    for (let start = 100; start < 1000; start += 100) await read(start, start + 100);
    expect(refused).toBeGreaterThan(0);
  });

  it("does not go on for ever with a server that closes all", async () => {
    const server = await wireServer((socket) => void socket.end());
    const options = { pool: poolOf(), signal };
    const opening = openRange(file, locatedAt(server), { start: 0, end: 9 }, options);
    await expect(opening).rejects.toThrow(/the connection was closed/);
    expect(server.sockets).toHaveLength(1);
  });
});
