import { gzipSync } from "node:zlib";

import { buildGguf, buildQwen3Model } from "@ggufkit/fixtures";
import { afterEach, describe, expect, it } from "vitest";

import {
  cachedSource,
  HttpError,
  readGguf,
  readGgufUrl,
  type UrlSource,
  urlSource,
  type UrlSourceOptions,
} from "../src/index.ts";
import { retryWait } from "../src/source/retry.ts";
import { ggufErrorOf } from "./read.ts";
import { type Answer, ranges, type ScriptedServer, serve, status, whole } from "./url-server.ts";

const model = buildQwen3Model();
const large = buildGguf({ tensors: [{ name: "t", shape: [2 ** 20, 4], type: "F32" }] });
const FAST = { retryDelay: 1 };

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function started(...answers: Answer[]): Promise<ScriptedServer> {
  const server = await serve(...answers);
  cleanups.push(() => server.close());
  return server;
}

function opened(url: string, options: UrlSourceOptions = FAST): UrlSource {
  const source = urlSource(url, options);
  cleanups.push(() => source.close());
  return source;
}

/** A plain array buffer's bytes, as a source gives them. */
function bytesOf(file: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(file.subarray(start, end));
}

describe("an address", () => {
  it.each(["ftp://host/x.gguf", "file:///x.gguf", "data:,x", "model.gguf", ""])(
    "is refused: %j",
    (address) => {
      expect(() => urlSource(address)).toThrow(expect.objectContaining({ code: "bad-url" }));
    },
  );

  it("that is wrong is not repeated: there may be a password in it", () => {
    expect(() => urlSource("https:/me:secret@[host/x.gguf")).toThrow(/^[^@]*$/);
  });

  it("is shown without its user, password, query and fragment", async () => {
    const server = await started(status(404));
    const address = server.url.replace("//", "//me:secret@");
    const source = opened(`${address}?signature=secret#secret`);
    expect(source.url).toBe(server.url);
    const error = await ggufErrorOf(source.read(0, 10));
    expect(error).toMatchObject({ url: server.url, file: server.url });
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain("secret");
    expect(error.message).toContain("bytes 0-1048575");
  });

  it("gives its user and password to its server, in any script, unless others are given", async () => {
    const server = await started(ranges(model));
    const address = server.url.replace("//", "//me:%C3%A9%25@");
    await readGgufUrl(new URL(address));
    await readGgufUrl(address, { headers: { Authorization: "Bearer x" } });
    const basic = `Basic ${Buffer.from("me:é%").toString("base64")}`;
    const sent = server.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual([basic, "Bearer x"]);
  });
});

describe("headers other than Authorization", () => {
  const headers = { "x-api-key": "secret", authorization: "Bearer secret" };

  it("do not follow a redirect to another origin, nor back from there", async () => {
    const other = await started((_, response) =>
      response.writeHead(307, { location: `${home.url}?back` }).end(),
    );
    const home: ScriptedServer = await started(
      status(302, { location: "/same-origin" }),
      (_, response) => response.writeHead(302, { location: other.url }).end(),
      ranges(model),
    );
    expect((await readGgufUrl(home.url, { headers })).tensors).toHaveLength(25);
    const secrets = [...home.requests, ...other.requests].map(({ path, headers: sent }) => [
      path,
      sent["x-api-key"],
      sent.authorization,
      sent.range,
    ]);
    const range = "bytes=0-1048575";
    expect(secrets).toEqual([
      ["/model.gguf", "secret", "Bearer secret", range],
      ["/same-origin", "secret", "Bearer secret", range],
      ["/model.gguf?back", undefined, undefined, range],
      ["/model.gguf", undefined, undefined, range],
    ]);
  });

  it.each([
    ["a loop", "/model.gguf", 9],
    ["no http", "ftp://host/x", 1],
    ["nonsense", "http://[", 1],
  ])("do not follow %s", async (_, location, count) => {
    const server = await started(status(302, { location }));
    const error = await ggufErrorOf(readGgufUrl(server.url, { ...FAST, headers }));
    expect(error.code).toBe("redirect-refused");
    expect(server.requests).toHaveLength(count);
  });

  it("do not follow at all where a browser does not tell where to", async () => {
    const opaque = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
    const fetch = async (): Promise<Response> => opaque;
    const error = await ggufErrorOf(readGgufUrl("https://host/x.gguf", { headers, fetch }));
    expect(error.code).toBe("redirect-refused");
  });
});

describe("closing", () => {
  it("ends what is being read, and refuses what comes after", async () => {
    const server = await started(() => {});
    const source = opened(server.url);
    const reads = [source.read(0, 10), source.read(50, 60)];
    await expect.poll(() => server.requests).toHaveLength(2);
    await source.close();
    for (const read of [...reads, source.read(0, 10)])
      expect(await ggufErrorOf(read)).toMatchObject({ code: "source-closed", file: server.url });
    await expect.poll(() => server.requests.every(({ cut }) => cut)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it("is what the signal of all reads does too, for its reason", async () => {
    const { url } = await started(() => {});
    const controller = new AbortController();
    const source = opened(url, { ...FAST, signal: controller.signal });
    const reading = source.read(0, 10);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await expect(source.read(5, 10)).rejects.toThrow("enough");
  });

  it("happens by itself with `await using`, of a response that no signal reaches too", async () => {
    let isCancelled = false;
    const fetch = async (): Promise<Response> => {
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(100)),
        cancel: () => void (isCancelled = true),
      });
      return new Response(body, { status: 200 });
    };
    {
      await using source = urlSource("https://host/x.gguf", { fetch });
      await source.read(0, 10);
      expect(isCancelled).toBe(false);
    }
    expect(isCancelled).toBe(true);
  });
});

describe("the stream of a header", () => {
  it("is gone on with after an aborted read", async () => {
    const server = await started((request, response, seen) => {
      if (server.requests.length > 1) return ranges(large)(request, response, seen);
      response.writeHead(206, { "content-range": `bytes 0-1048575/${large.length}` });
      response.write(large.subarray(0, 100));
    });
    const source = opened(server.url);
    await source.read(0, 60);
    const controller = new AbortController();
    const reading = source.read(60, 5000, controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 10);
    await expect(reading).rejects.toThrow("enough");
    await expect.poll(() => server.requests[0]?.cut).toBe(true);
    expect(await source.read(60, 5000)).toEqual(bytesOf(large, 60, 5000));
  });

  it("is cut off by a read elsewhere, and begins anew at the start", async () => {
    const server = await started(ranges(large));
    const source = opened(server.url);
    await source.read(0, 100);
    await source.read(2 ** 22, 2 ** 22 + 10);
    await expect.poll(() => server.requests[0]?.cut).toBe(true);
    for (const start of [0, 100, 200]) await source.read(start, start + 100);
    expect(server.requests.map(({ range }) => range)).toEqual([
      "bytes=0-1048575",
      "bytes=4194304-4194313",
      "bytes=0-1048575",
    ]);
  });

  it("serves two headers read at the same time", async () => {
    const { url } = await started(ranges(model));
    const source = opened(url);
    const [a, b] = await Promise.all([readGguf(source), readGguf(source)]);
    expect(a.tensors).toEqual(b.tensors);
  });

  it("serves a cache that reads on", async () => {
    const server = await started(ranges(large));
    const cached = cachedSource(opened(server.url), { blockBytes: 2 ** 16 });
    await readGguf(cached);
    await readGguf(cached);
    expect(await cached.read(10, 20)).toEqual(bytesOf(large, 10, 20));
    expect(server.requests).toHaveLength(1);
  });

  it("keeps connections for exact ranges", async () => {
    const sockets = new Set<unknown>();
    const { url } = await started((request, response, seen) => {
      sockets.add(request.socket);
      ranges(large)(request, response, seen);
    });
    const source = opened(url);
    for (let start = 1; start < 10; start++) await source.read(start * 1000, start * 1000 + 500);
    expect(sockets.size).toBeLessThan(3);
  });
});

describe("a file that changes", () => {
  it("is told where the server has ignored ranges since", async () => {
    const chunked: Answer = (_request, response) => response.writeHead(200).end(model);
    const server = await started(ranges(large), chunked);
    const source = opened(server.url);
    await source.read(0, 100);
    const reading = source.read(model.length - 10, model.length + 10);
    expect(await ggufErrorOf(reading)).toMatchObject({
      code: "file-changed",
      expected: large.length,
      got: model.length,
    });
  });

  it("is not one whose ETag was weakened or is missing", async () => {
    const time = { "last-modified": "Tue, 24 Nov 2026 10:00:00 GMT" };
    const server = await started(
      ranges(large, { etag: '"one"', ...time }),
      ranges(large, { etag: 'W/"one"' }),
      ranges(large, time),
    );
    const source = opened(server.url);
    for (const start of [100, 200, 300])
      expect(await source.read(start, start + 10)).toHaveLength(10);
    expect(server.requests).toHaveLength(3);
  });
});

describe("odd answers", () => {
  it("a whole file that comes compressed is read, its length is not taken for the file's", async () => {
    const packed = gzipSync(model);
    const { url } = await started(whole(packed, { "content-encoding": "gzip" }));
    const { tensors, fileSize } = await readGgufUrl(url);
    expect(tensors).toHaveLength(25);
    expect(fileSize).not.toBe(packed.length);
  });

  it("parts that are smaller than asked for, of a file whose size is not told", async () => {
    const parts: Answer = (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0]);
      const part = model.subarray(start, start + 700);
      if (part.length === 0)
        response.writeHead(416, { "content-range": `bytes */${model.length}` }).end();
      else
        response
          .writeHead(206, { "content-range": `bytes ${start}-${start + part.length - 1}/*` })
          .end(part);
    };
    const { url } = await started(parts);
    const source = opened(url);
    expect(await source.read(0, 5000)).toEqual(bytesOf(model, 0, 5000));
    expect(source.byteLength).toBeUndefined();
    const start = model.length - 1000;
    expect(await source.read(start, start + 5000)).toEqual(bytesOf(model, start, model.length));
    expect(source.byteLength).toBe(model.length);
  });

  it("headers that a browser hides are done without", async () => {
    const { url } = await started(ranges(model));
    const hiding: typeof fetch = async (input, init) => {
      const { body, status: code } = await fetch(input, init);
      return Object.defineProperty(new Response(body, { status: code }), "type", { value: "cors" });
    };
    const { tensors, fileSize } = await readGgufUrl(url, { fetch: hiding });
    expect(tensors).toHaveLength(25);
    expect(fileSize).toBeUndefined();
    const source = opened(url, { ...FAST, fetch: hiding });
    expect(await source.read(model.length, model.length + 10)).toHaveLength(0);
  });

  it("none, of a fetch that listens to no signal", async () => {
    const fetch = (): Promise<Response> => new Promise(() => {});
    const options = { retries: 0, answerTimeout: 20, fetch };
    const error = await ggufErrorOf(readGgufUrl("https://host/x.gguf", options));
    expect(error.code).toBe("network-failure");
  });
});

describe("the wait before another try", () => {
  const failing = (code: number, headers: Record<string, string> = {}): HttpError => {
    const { "retry-after": seconds } = headers;
    const retryAfterSeconds = seconds === undefined ? undefined : Number(seconds);
    return new HttpError("http-status", "https://host/", "", { status: code, retryAfterSeconds });
  };
  const options = { retries: 3, retryDelay: 100 };

  it("doubles, varies, and ends", () => {
    for (const [attempt, most] of [
      [1, 100],
      [2, 200],
      [3, 400],
    ] as const) {
      const wait = retryWait(failing(503), attempt, options);
      expect(wait).toBeGreaterThanOrEqual(most / 2);
      expect(wait).toBeLessThanOrEqual(most);
    }
    expect(retryWait(failing(503), 4, options)).toBeUndefined();
    expect(retryWait(failing(404), 1, options)).toBeUndefined();
    expect(retryWait(new Error("else"), 1, options)).toBeUndefined();
  });

  it("is at least what the server asks for, up to a minute", () => {
    expect(retryWait(failing(429, { "retry-after": "2" }), 1, options)).toBe(2000);
    expect(retryWait(failing(429, { "retry-after": "60" }), 1, options)).toBe(60_000);
    expect(retryWait(failing(429, { "retry-after": "61" }), 1, options)).toBeUndefined();
  });

  it.each<[Record<string, string>, number | undefined]>([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": new Date(0).toUTCString() }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ ratelimit: '"api";r=0;t=55', "retry-after": "7" }, 55],
    [{ ratelimit: '"api";r=3;t=55' }, undefined],
  ])("is asked for by %o", async (headers, seconds) => {
    const { url } = await started(status(429, headers));
    const error = await ggufErrorOf(opened(url, { retries: 0 }).read(0, 1));
    expect(error).toMatchObject({ retryAfterSeconds: seconds });
  });
});
