import { describe, expect, it } from "vitest";
import { BUFFER, connectTo, errorOf, expectSame, made, read } from "./wire-client.ts";
import { after, headOf, keepingSink, send, wireServer } from "./wire-server.ts";

describe("a request", () => {
  it("has the path, the query, the host and the headers that it is given", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0)));
    const connection = await connectTo(server);
    const head = await connection.get(new URL("/a%20b/c?d=%2F&e", server.url), {
      range: "bytes=0-1",
    });
    expect(head).toMatchObject({ status: 200, keepsAlive: true });
    const host = `Host: ${server.url.host}`;
    expect(server.requests).toEqual([
      ["GET /a%20b/c?d=%2F&e HTTP/1.1", host, "range: bytes=0-1"].join("\r\n"),
    ]);
  });

  it("rejects at once where nobody listens", async () => {
    const opening = connectTo({ url: new URL("http://127.0.0.1:9/") });
    expect(await errorOf(opening)).toMatchObject({
      name: "NetworkError",
      host: "127.0.0.1:9",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("is not answered for an answer that is malformed", async () => {
    const server = await wireServer((socket) => send(socket, Buffer.from("SSH-2.0-x\r\n\r\n")));
    const connection = await connectTo(server);
    expect(await errorOf(connection.get(server.url, {}))).toMatchObject({ code: "network" });
    expect(connection.isOpen).toBe(false);
  });

  it("rejects when the server closes before it answers", async () => {
    const server = await wireServer((socket) => void socket.end());
    const connection = await connectTo(server);
    expect(await errorOf(connection.get(server.url, {}))).toMatchObject({
      message: expect.stringContaining("the connection was closed"),
    });
  });
});

describe("a body", () => {
  const lengths = [0, 1, 1000, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER, 3 * BUFFER + 77];

  it.each(lengths)("of %i bytes comes with its head in one packet", async (length) => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(length), made(0, length)])),
    );
    const connection = await connectTo(server);
    for (let round = 0; round < 3; round++) {
      expectSame(await read(connection, server.url, length), made(0, length));
    }
    expect(connection.answers).toBe(3);
  });

  it("comes byte by byte, and so does its head", async () => {
    const server = await wireServer(async (socket) => {
      for (const byte of Buffer.concat([headOf(40), made(0, 40)])) {
        await send(socket, Buffer.of(byte));
        await after(0);
      }
    });
    const connection = await connectTo(server);
    expectSame(await read(connection, server.url, 40), made(0, 40));
    expectSame(await read(connection, server.url, 40), made(0, 40));
  });

  it.each([-2, -1, 0, 1, 2])(
    "ends at the end of a buffer, and %i bytes beyond it",
    async (beyond) => {
      // The head lies in the first buffer, too.
      const sizes = [1, 2, 3].map((buffers) => {
        const guess = buffers * BUFFER + beyond;
        return guess - headOf(guess).length;
      });
      const server = await wireServer((socket, _, index) => {
        const length = sizes[index % sizes.length] ?? 0;
        return send(socket, Buffer.concat([headOf(length), made(index, length)]));
      });
      const connection = await connectTo(server);
      for (const [index, length] of [...sizes, ...sizes].entries()) {
        expectSame(
          await read(connection, server.url, length),
          made(index, length),
          `answer ${index}`,
        );
      }
    },
  );

  it("waits in the system until it is read", async () => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(BUFFER * 2), made(0, BUFFER * 2)])),
    );
    const connection = await connectTo(server, { stallTimeout: 50 });
    await connection.get(server.url, {});
    await after(150); // whoever asks ahead may take its time
    const sink = keepingSink();
    await connection.readBody(BUFFER * 2, sink);
    expectSame(sink.bytes(), made(0, BUFFER * 2));
  });

  it("holds the server back while it is not written", async () => {
    const length = 3 << 20;
    let taken = 0;
    const server = await wireServer(async (socket) => {
      await send(socket, headOf(length * 20));
      for (let count = 0; count < 20; count++) {
        await send(socket, made(count, length));
        taken += length;
      }
    });
    const connection = await connectTo(server, { stallTimeout: 50 });
    let letGo = (): void => {};
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    let written = 0;
    await connection.get(server.url, {});
    const reading = connection.readBody(length * 20, {
      async write(bytes) {
        await blocked;
        written += bytes.length;
      },
      onBytes: () => 0,
    });
    // The system's buffers take some; that it takes no more shows in a while.
    for (let before = -1; taken !== before;) {
      before = taken;
      await after(150);
    }
    expect(taken).toBeLessThan(length * 19);
    expect(written).toBe(0);
    letGo(); // the server was held back for longer than it may be silent, and that is not its fault
    await reading;
    expect(written).toBe(length * 20);
  });

  it("hears of every byte when it comes, and waits as long as it is told", async () => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(BUFFER * 3), made(0, BUFFER * 3)])),
    );
    const connection = await connectTo(server);
    const heard: number[] = [];
    const sink = keepingSink();
    const reading = {
      ...sink,
      onBytes(count: number) {
        heard.push(count);
        return 5;
      },
    };
    await connection.get(server.url, {});
    await connection.readBody(BUFFER * 3, reading);
    expectSame(sink.bytes(), made(0, BUFFER * 3));
    expect(heard.reduce((sum, count) => sum + count, 0)).toBe(BUFFER * 3);
  });
});
