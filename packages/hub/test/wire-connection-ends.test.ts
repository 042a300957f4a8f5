import { afterEach, describe, expect, it, vi } from "vitest";
import { NetworkError } from "../src/index.ts";
import { Connection } from "../src/wire/connection.ts";
import { BUFFER, connectTo, errorOf, expectSame, made, read } from "./wire-client.ts";
import { after, headOf, keepingSink, send, wireServer } from "./wire-server.ts";

afterEach(() => void vi.useRealTimers());

describe("a connection that ends", () => {
  it.each([1, 1000, BUFFER, BUFFER + 1, 2 * BUFFER - 1])(
    "after %i bytes of more has these written before it rejects",
    async (count) => {
      const server = await wireServer(async (socket) => {
        await send(socket, Buffer.concat([headOf(3 * BUFFER), made(0, count)]));
        socket.end();
      });
      const connection = await connectTo(server);
      const sink = keepingSink(() => after(2));
      const error = await errorOf(read(connection, server.url, 3 * BUFFER, sink));
      expect(error).toBeInstanceOf(NetworkError);
      expectSame(sink.bytes(), made(0, count));
      expect(connection.isOpen).toBe(false);
    },
  );

  it("by a reset leaves a beginning of the body", async () => {
    const server = await wireServer(async (socket) => {
      await send(socket, Buffer.concat([headOf(3 * BUFFER), made(0, 2 * BUFFER)]));
      await after(10);
      socket.resetAndDestroy();
    });
    const connection = await connectTo(server);
    const sink = keepingSink();
    expect(await errorOf(read(connection, server.url, 3 * BUFFER, sink))).toBeInstanceOf(
      NetworkError,
    );
    const got = sink.bytes();
    expectSame(got, made(0, got.length));
  });

  it.each([
    [100, "Connection: close\r\n"],
    [100, ""],
    [BUFFER + 100, ""],
  ])("after the last of %i bytes (%j) takes nothing along", async (length, more) => {
    const server = await wireServer((socket) => {
      socket.end(Buffer.concat([headOf(length, more), made(0, length)]));
    });
    const connection = await connectTo(server);
    // It takes longer to write the bytes than to see the end.
    const sink = keepingSink(() => after(30));
    expectSame(await read(connection, server.url, length, sink), made(0, length));
    await vi.waitFor(() => expect(connection.isOpen).toBe(false));
  });

  it("is known to carry no other request after `Connection: close`", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0, "Connection: close\r\n")));
    const connection = await connectTo(server);
    expect(await connection.get(server.url, {})).toMatchObject({ keepsAlive: false });
    expect(connection.isOpen).toBe(false);
  });

  it("while it is idle is known to be closed", async () => {
    const server = await wireServer((socket) => send(socket, headOf(0)));
    const connection = await connectTo(server);
    await read(connection, server.url, 0);
    expect(connection.isOpen).toBe(true);
    server.sockets[0]?.end();
    await vi.waitFor(() => expect(connection.isOpen).toBe(false));
    expect(await errorOf(connection.get(server.url, {}))).toBeInstanceOf(NetworkError);
  });
});

describe("more bytes than were promised", () => {
  it.each([
    ["with the head", 100, 0],
    ["in the packet after it", 100, 5],
    ["after a full buffer", BUFFER + 100, 5],
    ["where none were promised", 0, 0],
  ])("%s are not written", async (_, length, delay) => {
    const server = await wireServer(async (socket) => {
      if (delay === 0) return send(socket, Buffer.concat([headOf(length), made(0, length + 1)]));
      await send(socket, headOf(length));
      await after(delay);
      await send(socket, made(0, length + 1));
    });
    const connection = await connectTo(server);
    const sink = keepingSink();
    const error = await errorOf(read(connection, server.url, length, sink));
    // Where the promised ones came first by themselves, they are good.
    if (sink.bytes().length < length) expect(error).toBeInstanceOf(NetworkError);
    const got = sink.bytes();
    expect(got.length).toBeLessThanOrEqual(length);
    expectSame(got, made(0, got.length));
    await vi.waitFor(() => expect(connection.isOpen).toBe(false));
  });

  it("that come later end the connection", async () => {
    const server = await wireServer(async (socket) => {
      await send(socket, Buffer.concat([headOf(10), made(0, 10)]));
      await after(30);
      await send(socket, headOf(10));
    });
    const connection = await connectTo(server);
    expectSame(await read(connection, server.url, 10), made(0, 10));
    await vi.waitFor(() => expect(connection.isOpen).toBe(false));
  });
});

describe("a server that keeps us waiting", () => {
  it("for its answer is given up", async () => {
    const server = await wireServer(() => {});
    const connection = await connectTo(server, { answerTimeout: 60 });
    expect(await errorOf(connection.get(server.url, {}))).toMatchObject({
      name: "NetworkError",
      reason: "no answer for 0.06 s",
    });
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it("for its answer is given up even if a byte of it comes now and then", async () => {
    const server = await wireServer(async (socket) => {
      await send(socket, Buffer.from("HTTP/1.1 200 OK\r\nA: "));
      while (!socket.destroyed) {
        await send(socket, Buffer.from("a"));
        await after(10);
      }
    });
    const connection = await connectTo(server, { answerTimeout: 200 });
    expect(await errorOf(connection.get(server.url, {}))).toMatchObject({ code: "network" });
  });

  it("in its body is given up, and what came is written", async () => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(1000), made(0, 500)])),
    );
    const connection = await connectTo(server, { stallTimeout: 60 });
    const sink = keepingSink();
    expect(await errorOf(read(connection, server.url, 1000, sink))).toMatchObject({
      name: "NetworkError",
      reason: "no byte came for 0.06 s",
    });
    expectSame(sink.bytes(), made(0, 500));
  });

  it("is waited for as long as a byte comes now and then", async () => {
    const server = await wireServer(async (socket) => {
      await send(socket, headOf(30));
      for (const byte of made(0, 30)) {
        await after(20);
        await send(socket, Buffer.of(byte));
      }
    });
    const connection = await connectTo(server, { stallTimeout: 300 });
    expectSame(await read(connection, server.url, 30), made(0, 30));
  });

  it("for a connection is given up", async () => {
    const { url } = await wireServer(() => {});
    const controller = new AbortController();
    // TLS with a server that does not speak it.
    const tls = new URL(`https://127.0.0.1:${url.port}/`);
    const options = { proxy: undefined, answerTimeout: 60, stallTimeout: 60 };
    const opening = Connection.open(tls, options, controller.signal);
    expect(await errorOf(opening)).toMatchObject({ reason: "no connection in 0.06 s" });
  });
});

describe("an abort", () => {
  const reason = new Error("enough");

  it("before there is a connection rejects with its reason", async () => {
    const { url } = await wireServer(() => {});
    const options = { proxy: undefined, answerTimeout: 5000, stallTimeout: 5000 };
    const aborted = AbortSignal.abort(reason);
    expect(await errorOf(Connection.open(url, options, aborted))).toBe(reason);
    const controller = new AbortController();
    const opening = Connection.open(url, options, controller.signal);
    controller.abort(reason);
    expect(await errorOf(opening)).toBe(reason);
  });

  it("before the answer rejects with its reason, and hangs up", async () => {
    const server = await wireServer(() => {});
    const connection = await connectTo(server);
    const asking = errorOf(connection.get(server.url, {}));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    connection.destroy(reason);
    expect(await asking).toBe(reason);
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it.each([BUFFER / 2, BUFFER, BUFFER + 1000, 4 * BUFFER])(
    "while %i bytes are being written lets none be written twice",
    async (count) => {
      const server = await wireServer((socket) =>
        send(socket, Buffer.concat([headOf(8 * BUFFER), made(0, count)])),
      );
      const connection = await connectTo(server);
      let letGo = (): void => {};
      const blocked = new Promise<void>((resolve) => (letGo = resolve));
      let heard = 0;
      const kept = keepingSink(() => blocked);
      const sink = { ...kept, onBytes: (bytes: number) => ((heard += bytes), 0) };
      await connection.get(server.url, {});
      const reading = errorOf(connection.readBody(8 * BUFFER, sink));
      const most = Math.min(count, 2 * BUFFER - headOf(8 * BUFFER).length);
      await vi.waitFor(() => expect(heard).toBe(most));
      connection.destroy(reason);
      letGo();
      expect(await reading).toBe(reason);
      expectSame(kept.bytes(), made(0, most));
    },
  );

  it("while the rate is limited leaves no timer behind", async () => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(1000), made(0, 500)])),
    );
    const connection = await connectTo(server);
    await connection.get(server.url, {});
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const reading = errorOf(
      connection.readBody(
        1000,
        keepingSink(undefined, () => 1e6),
      ),
    );
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    connection.destroy(reason);
    expect(await reading).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a sink that cannot write", () => {
  const full = new Error("the disk is full");

  it.each([100, 3 * BUFFER])("ends a body of %i bytes with its own error", async (length) => {
    const server = await wireServer((socket) =>
      send(socket, Buffer.concat([headOf(length), made(0, length)])),
    );
    const connection = await connectTo(server);
    const sink = keepingSink(async () => {
      throw full;
    });
    expect(await errorOf(read(connection, server.url, length, sink))).toBe(full);
    expect(connection.isOpen).toBe(false);
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it("is heard of, too, when the server has closed after the last byte", async () => {
    const server = await wireServer((socket) => {
      socket.end(Buffer.concat([headOf(100), made(0, 100)]));
    });
    const connection = await connectTo(server);
    const sink = keepingSink(async () => {
      await after(30);
      throw full;
    });
    expect(await errorOf(read(connection, server.url, 100, sink))).toBe(full);
  });
});
