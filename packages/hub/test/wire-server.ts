import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { BodySink } from "../src/wire/connection.ts";
import { closing } from "./support.ts";

/** A server of raw bytes, for what an HTTP server would not send. */
export interface WireServer {
  url: URL;
  /** Of every connection, in the order in which they came. */
  sockets: Socket[];
  /** The head of every request. */
  requests: string[];
}

/** The key and the certificate of a server that speaks TLS, as PEM. */
export interface Identity {
  key: string;
  cert: string;
}

/** Starts one; `answer` gets each request's head, and its number on its connection, from 0. */
export async function wireServer(
  answer: (socket: Socket, request: string, index: number) => void | Promise<void>,
  identity?: Identity,
): Promise<WireServer> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const onConnection = (socket: Socket): void => {
    let text = "";
    let index = 0;
    sockets.push(socket.setNoDelay(true));
    socket.on("error", () => {}); // clients that go away are a part of the tests
    socket.on("data", (bytes) => {
      text += String(bytes);
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        requests.push(request);
        void answer(socket, request, index++);
      }
    });
  };
  const server = identity ? createTlsServer(identity, onConnection) : createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing({
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const { port } = server.address() as AddressInfo;
  const url = new URL(identity ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`);
  return { url, sockets, requests };
}

/** The head of an answer with a body of so many bytes. */
export function headOf(length: number, more = ""): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n${more}\r\n`);
}

/** Sends bytes, and resolves when the system has them; nothing happens once the client is gone. */
export function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.write(bytes, () => resolve());
  });
}

/** Resolves after so many milliseconds; with 0 in the next turn of the event loop. */
export function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds === 0) setImmediate(resolve);
    else setTimeout(resolve, milliseconds);
  });
}

/** A sink that keeps what it gets. */
export interface KeepingSink extends BodySink {
  /** All that was written so far. */
  bytes: () => Buffer;
}

/**
 * Keeps what it gets. It looks at bytes when `writing` is over: until then nobody may touch them.
 * @param waits what `onBytes` gives, in milliseconds
 */
export function keepingSink(
  writing: () => Promise<void> = async () => {},
  waits: () => number = () => 0,
): KeepingSink {
  const pieces: Buffer[] = [];
  return {
    async write(bytes) {
      const piece = Buffer.alloc(bytes.length);
      pieces.push(piece);
      await writing();
      piece.set(bytes);
    },
    onBytes: waits,
    bytes: () => Buffer.concat(pieces),
  };
}
