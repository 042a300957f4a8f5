import { connect as connectTcp, isIP, type Socket, type OnReadOpts } from "node:net";
import { connect as connectTls } from "node:tls";
import { NetworkError } from "../http-errors.ts";
import { describeNetworkFailure } from "../network-failure.ts";
import { parseResponseHead } from "./response-head.ts";

/** How a socket is opened. */
export interface ConnectOptions {
  /** The proxy to go through, `http:` or `https:`, with user name and password where it wants them. */
  proxy: URL | undefined;
  signal: AbortSignal;
  /** Until the connection is there, proxy and TLS included, in milliseconds. */
  timeout: number;
  /** Where received bytes go: `buffer` is asked for room each time, `callback` is told how many came. */
  onread: OnReadOpts & { buffer: () => Uint8Array };
}

/** A socket that is connected. */
export interface Connected {
  socket: Socket;
  /** Whether its bytes go to `onread`; else they come as `data` events. */
  readsIntoBuffer: boolean;
}

/**
 * Opens a socket to an origin, with TLS for `https:`, directly or through a proxy's tunnel.
 * @throws NetworkError; the signal's reason when aborted
 */
export async function connect(origin: URL, options: ConnectOptions): Promise<Connected> {
  const { proxy, onread } = options;
  if (proxy === undefined) {
    const socket = await openSocket(origin, options, { onread });
    return { socket, readsIntoBuffer: true };
  }
  const tunnel = await openTunnel(origin, proxy, options);
  if (origin.protocol === "http:") return { socket: tunnel, readsIntoBuffer: false };
  const socket = await openSocket(origin, options, { socket: tunnel });
  return { socket, readsIntoBuffer: false };
}

/** Resolves when the connection, and TLS over it, is there. */
async function openSocket(
  { protocol, hostname, port, host }: URL,
  { signal, timeout }: ConnectOptions,
  extra: { onread?: OnReadOpts; socket?: Socket },
): Promise<Socket> {
  signal.throwIfAborted();
  const isTls = protocol === "https:";
  const name = hostname.replace(/^\[|\]$/g, "");
  const where = { host: name, port: Number(port) || (isTls ? 443 : 80), ...extra };
  // A name in SNI must be one: an address is left out (RFC 6066).
  const servername = isIP(name) === 0 ? { servername: name } : {};
  const socket = isTls
    ? connectTls({ ...where, ...servername, ALPNProtocols: ["http/1.1"] })
    : connectTcp(where);
  await settled(socket, isTls ? "secureConnect" : "connect", { host, signal, timeout });
  socket.setNoDelay(true);
  return socket;
}

/** Asks a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6). */
async function openTunnel(origin: URL, proxy: URL, options: ConnectOptions): Promise<Socket> {
  const socket = await openSocket(proxy, options, {});
  const port = origin.port || (origin.protocol === "https:" ? "443" : "80");
  const target = `${origin.hostname}:${port}`;
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`];
  const authorization = proxyAuthorization(proxy);
  if (authorization !== undefined) lines.push(`Proxy-Authorization: ${authorization}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let bytes = Buffer.alloc(0);
  const answered = (): boolean => parseResponseHead(bytes, proxy.host) !== undefined;
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    try {
      if (answered()) socket.pause().emit("answered");
    } catch (error) {
      socket.destroy(error as Error);
    }
  };
  socket.on("data", onData);
  const { signal, timeout } = options;
  await settled(socket, "answered", { host: proxy.host, signal, timeout });
  socket.off("data", onData);
  const status = parseResponseHead(bytes, proxy.host)?.head.status ?? 0;
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  const wants = status === 407 ? "it asks for a user name and password" : "it refuses the tunnel";
  throw new NetworkError(proxy.host, `the proxy answered HTTP ${status}: ${wants}`);
}

/** The value of Proxy-Authorization for what stands in the proxy's URL. */
function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

interface Waiting {
  host: string;
  signal: AbortSignal;
  timeout: number;
}

/** Waits for an event of a socket that must come; destroys the socket where it does not. */
function settled(socket: Socket, event: string, { host, signal, timeout }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      settle();
    };
    const fail = (error: unknown): void =>
      end(() => {
        // What it may still say of its end is known.
        socket.on("error", () => {}).destroy();
        reject(error);
      });
    const onEvent = (): void => end(resolve);
    const onError = (cause: Error): void =>
      fail(
        cause instanceof NetworkError
          ? cause
          : new NetworkError(host, describeNetworkFailure(cause), { cause }),
      );
    const onClose = (): void => fail(new NetworkError(host, "the connection was closed"));
    const onAbort = (): void => fail(signal.reason);
    const late = new NetworkError(host, `no connection in ${timeout / 1000} s`);
    const timer = setTimeout(() => fail(late), timeout);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once(event, onEvent).once("error", onError).once("close", onClose);
  });
}
