import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { madeContent, startTestProxy, type TestProxy } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { NetworkError } from "../src/index.ts";
import { Connection } from "../src/wire/connection.ts";
import { closing, tempDir } from "./support.ts";
import {
  headOf,
  keepingSink,
  send,
  wireServer,
  type Identity,
  type WireServer,
} from "./wire-server.ts";

const PROGRAM = fileURLToPath(new URL("wire-program.mjs", import.meta.url));
const BUFFER = 512 << 10;
const MADE = madeContent({ bytes: 3 << 20, seed: 3 });
// TLS hands out records of at most 16 KiB, several in a row.
const LENGTHS = [10, 0, 16_384, 100_000, BUFFER, BUFFER - 1, 3 * BUFFER + 5, 1, 3 << 20];

/** Answers with the bodies of {@link LENGTHS}, each with its head in one write. */
function bodies(socket: Socket, _: string, index: number): Promise<void> {
  const length = LENGTHS[index] ?? 0;
  return send(socket, Buffer.concat([headOf(length), MADE.read(0, length)]));
}

const SHA256 = LENGTHS.map((length) =>
  createHash("sha256").update(MADE.read(0, length)).digest("hex"),
);

function withCredentials(proxy: TestProxy, user: string, password: string): string {
  const url = new URL(proxy.url);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  return url.href;
}

async function open(server: WireServer, proxy: string): Promise<Connection> {
  const options = { proxy: new URL(proxy), answerTimeout: 5000, stallTimeout: 5000 };
  const connection = await Connection.open(server.url, options, new AbortController().signal);
  closing({ close: async () => connection.destroy(new Error("the test is over")) });
  return connection;
}

async function readAll(connection: Connection, { url }: WireServer): Promise<string[]> {
  const got: string[] = [];
  for (const length of LENGTHS) {
    const sink = keepingSink();
    await connection.get(url, {});
    await connection.readBody(length, sink);
    got.push(createHash("sha256").update(sink.bytes()).digest("hex"));
  }
  return got;
}

describe("a proxy's tunnel", () => {
  it("carries requests and bodies", async () => {
    const server = await wireServer(bodies);
    const proxy = closing(await startTestProxy());
    const connection = await open(server, proxy.url);
    expect(await readAll(connection, server)).toEqual(SHA256);
    const request = { method: "CONNECT", target: server.url.host, authorized: false };
    expect(proxy.requests).toEqual([request]);
    expect(server.requests.join()).not.toMatch(/proxy/i);
  });

  it("is asked for with the proxy's user name and password, which the server does not see", async () => {
    const server = await wireServer(bodies);
    const proxy = closing(await startTestProxy({ user: "mé:", password: "p@ss/wörd" }));
    const connection = await open(server, withCredentials(proxy, "mé", ":p@ss/wörd"));
    expect(await readAll(connection, server)).toEqual(SHA256);
    expect(proxy.requests).toMatchObject([{ authorized: true }]);
    expect(server.requests.join()).not.toMatch(/authorization/i);
  });

  it.each([
    ["none", undefined],
    ["a wrong one", "wrong"],
  ])("is refused with %s for a password, and the error does not repeat it", async (_, password) => {
    const server = await wireServer(bodies);
    const proxy = closing(await startTestProxy({ user: "me", password: "right" }));
    const url = password === undefined ? proxy.url : withCredentials(proxy, "me", password);
    const error: unknown = await open(server, url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ host: new URL(proxy.url).host });
    expect(String(error)).toMatch(/HTTP 407: it asks for a user name and password/);
    expect(JSON.stringify([error, String(error)])).not.toContain("wrong");
    expect(server.sockets).toHaveLength(0);
  });

  it("to a server that cannot be reached is refused", async () => {
    const proxy = closing(await startTestProxy());
    const nowhere = { url: new URL("http://127.0.0.1:9/"), sockets: [], requests: [] };
    await expect(open(nowhere, proxy.url)).rejects.toThrow(/HTTP 502: it refuses the tunnel/);
  });

  it.each([
    ["is no proxy", "SSH-2.0-OpenSSH\r\n\r\n", /malformed/],
    ["hangs up", "", /the connection was closed/],
    ["does not get to the end of its answer", "HTTP/1.1 200 OK\r\n", /the connection was closed/],
  ])("is not had from what %s", async (_, answer, message) => {
    const server = await wireServer(bodies);
    const other = createServer((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(answer));
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    closing({ close: async () => void other.close() });
    const { port } = other.address() as AddressInfo;
    await expect(open(server, `http://127.0.0.1:${port}`)).rejects.toThrow(message);
  });
});

/** A certificate for `localhost` that nobody else trusts. */
async function selfSigned(directory: string): Promise<Identity> {
  const files = ["-keyout", join(directory, "key.pem"), "-out", join(directory, "cert.pem")];
  const kind = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  openssl("req", "-x509", ...kind, ...name, ...files);
  const key = await readFile(join(directory, "key.pem"), "utf8");
  const cert = await readFile(join(directory, "cert.pem"), "utf8");
  return { key, cert };
}

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { stdio: "ignore" });
}

function hasOpenssl(): boolean {
  try {
    openssl("version");
    return true;
  } catch {
    return false;
  }
}

interface TlsJob {
  trusted?: boolean;
  proxy?: string;
  delay?: number;
  host?: string;
}

describe.skipIf(!hasOpenssl())("TLS (skipped without openssl)", () => {
  /** What the program prints that reads {@link LENGTHS} over TLS. */
  async function readOverTls({ trusted = true, host, ...job }: TlsJob): Promise<unknown> {
    const directory = await tempDir();
    const identity = await selfSigned(directory);
    const { url } = await wireServer(bodies, identity);
    if (host !== undefined) url.hostname = host;
    const env = { ...(trusted && { NODE_EXTRA_CA_CERTS: join(directory, "cert.pem") }) };
    const words = [PROGRAM, JSON.stringify({ url: url.href, lengths: LENGTHS, ...job })];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    return JSON.parse(stdout);
  }

  it.each([undefined, 2])("carries bodies that take %s ms to write", async (delay) => {
    const got = await readOverTls({ ...(delay !== undefined && { delay }) });
    expect(got).toEqual({ bodies: SHA256 });
  });

  it.each([undefined, 2])(
    "carries bodies through a proxy's tunnel that take %s ms to write",
    async (delay) => {
      const proxy = closing(await startTestProxy({ user: "me", password: "secret" }));
      const url = withCredentials(proxy, "me", "secret");
      const got = await readOverTls({ proxy: url, ...(delay !== undefined && { delay }) });
      expect(got).toEqual({ bodies: SHA256 });
      expect(proxy.requests).toMatchObject([{ method: "CONNECT", authorized: true }]);
    },
  );

  it("with a server that nobody vouches for is refused", async () => {
    const got = await readOverTls({ trusted: false });
    expect(got).toMatchObject({ name: "NetworkError", message: /self-signed certificate/ });
  });

  it("with a server that has another's certificate is refused", async () => {
    const got = await readOverTls({ host: "127.0.0.1" });
    expect(got).toMatchObject({ name: "NetworkError", message: /127\.0\.0\.1 is not in the cert/ });
  });
});
