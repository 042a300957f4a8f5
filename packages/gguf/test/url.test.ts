import { buildGguf, type BuildKv, buildQwen3Model } from "@ggufkit/fixtures";
import { afterEach, describe, expect, it } from "vitest";

import {
  bytesSource,
  describe as describeModel,
  HttpError,
  readGguf,
  readGgufUrl,
  type UrlSource,
  urlSource,
  type UrlSourceOptions,
} from "../src/index.ts";
import { ggufErrorOf } from "./read.ts";
import {
  type Answer,
  breakingOff,
  ranges,
  type ScriptedServer,
  serve,
  status,
  whole,
} from "./url-server.ts";

const model = buildQwen3Model();
const FAST = { retryDelay: 1 };

const servers: ScriptedServer[] = [];
const sources: UrlSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
  for (const server of servers.splice(0)) await server.close();
});

async function started(...answers: Answer[]): Promise<ScriptedServer> {
  const server = await serve(...answers);
  servers.push(server);
  return server;
}

function opened(url: string, options: UrlSourceOptions = FAST): UrlSource {
  const source = urlSource(url, options);
  sources.push(source);
  return source;
}

/** A file whose header has some `megabytes`, and data that nobody should fetch. */
function withHeaderOf(megabytes: number): Uint8Array {
  const length = Math.round((megabytes * 2 ** 20) / 1000);
  const tokens = Array.from({ length }, (_, index) => String(index).padEnd(992));
  const kv: BuildKv[] = [
    ["general.architecture", "string", "llama"],
    ["tokenizer.ggml.tokens", "string[]", tokens],
  ];
  return buildGguf({ kv, tensors: [{ name: "t", shape: [2 ** 20, 4], type: "F32" }] });
}

describe("reading a header", () => {
  it("describes the same as from memory", async () => {
    const { url } = await started(ranges(model));
    const remote = await readGgufUrl(url);
    const local = await readGguf(bytesSource(model));
    expect(describeModel(remote)).toEqual(describeModel(local));
    expect(remote.fileSize).toBe(model.length);
  });

  it.each([
    [0.5, 1],
    [9, 2],
    [20, 3],
  ])("of %d MB takes %d requests, and the rest is cut off", async (megabytes, count) => {
    const file = withHeaderOf(megabytes);
    const server = await started(ranges(file));
    const { headerBytes, tensors } = await readGgufUrl(server.url);
    expect(tensors).toHaveLength(1);
    expect(headerBytes).toBeGreaterThan(megabytes * 2 ** 20 * 0.99);
    expect(server.requests).toHaveLength(count);
    const sent = server.requests.reduce((sum, request) => sum + request.sent, 0);
    // What lies in the system's buffers cannot be called back.
    expect(sent).toBeLessThan(headerBytes + 8 * 2 ** 20);
  });

  it("lets go of the connection when closed", async () => {
    const server = await started(ranges(withHeaderOf(4)));
    const source = opened(server.url);
    await source.read(0, 1000);
    await source.close();
    await expect.poll(() => server.requests[0]?.cut).toBe(true);
  });

  it("asks for bytes as they are, with the headers given, through the fetch given", async () => {
    const server = await started(ranges(model));
    const seen: string[] = [];
    await readGgufUrl(server.url, {
      headers: { authorization: "Bearer secret" },
      fetch: (input, init) => {
        seen.push(new Request(input).url);
        return fetch(input, init);
      },
    });
    expect(seen).toEqual([server.url]);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer secret",
      "accept-encoding": "identity",
      range: "bytes=0-1048575",
    });
  });
});

describe("reading anywhere", () => {
  it("asks for exactly the range, at the same time as others", async () => {
    const server = await started(ranges(model));
    const source = opened(server.url);
    const reads = [source.read(5000, 5010), source.read(70, 90), source.read(5010, 5011)];
    const [a, b, c] = await Promise.all(reads);
    expect(a).toEqual(new Uint8Array(model.subarray(5000, 5010)));
    expect(b).toEqual(new Uint8Array(model.subarray(70, 90)));
    expect(c).toEqual(new Uint8Array(model.subarray(5010, 5011)));
    const asked = server.requests.map(({ range }) => range);
    expect(asked).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set(["bytes=5000-5009", "bytes=5010-5010", "bytes=70-89"]));
  });

  it("gives fewer bytes only where the file ends, and none beyond", async () => {
    const { url } = await started(ranges(model));
    const source = opened(url);
    const tail = await source.read(model.length - 3, model.length + 100);
    expect(tail).toEqual(new Uint8Array(model.subarray(-3)));
    expect(source.byteLength).toBe(model.length);
    expect(await source.read(model.length + 5, model.length + 10)).toHaveLength(0);
  });

  it("finds out by a 416 that it asked beyond the end", async () => {
    const { url } = await started(ranges(model));
    expect(await opened(url).read(model.length, model.length + 10)).toHaveLength(0);
  });

  it("takes an empty file for one", async () => {
    const { url } = await started(ranges(new Uint8Array(0)));
    expect(await ggufErrorOf(readGgufUrl(url))).toMatchObject({ code: "empty-file", file: url });
  });
});

describe("a server that ignores ranges", () => {
  it("is read once, as a stream that is cut off", async () => {
    const file = withHeaderOf(4);
    const server = await started(whole(file));
    const { tensors, headerBytes } = await readGgufUrl(server.url);
    expect(tensors).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.sent).toBeLessThan(headerBytes + 8 * 2 ** 20);
  });

  it("need not tell the size", async () => {
    const chunked: Answer = (_request, response) => response.writeHead(200).end(model);
    const { url } = await started(chunked);
    const { tensors, fileSize } = await readGgufUrl(url);
    expect(tensors).toHaveLength(25);
    expect(fileSize === undefined || fileSize === model.length).toBe(true);
  });

  it("is read on to a place not far away, and no further", async () => {
    const { url } = await started(whole(model));
    const bytes = await opened(url).read(5000, 5003);
    expect(bytes).toEqual(new Uint8Array(model.subarray(5000, 5003)));
    const error = await ggufErrorOf(opened(url).read(2 ** 27, 2 ** 27 + 1));
    expect(error).toMatchObject({ code: "ranges-not-supported", expected: 206, got: 200 });
  });

  it("may answer with a page, which is told for what it is", async () => {
    const page = new TextEncoder().encode("<!doctype html><title>Sign in</title>");
    const { url } = await started(whole(page, { "content-type": "text/html" }));
    const error = await ggufErrorOf(readGgufUrl(url));
    expect(error).toMatchObject({ code: "not-gguf", file: url });
    expect(error.message).toContain("an HTML page");
  });
});

describe("statuses", () => {
  it.each([
    [401, "http-unauthorized"],
    [403, "http-forbidden"],
    [404, "http-not-found"],
    [410, "http-not-found"],
    [416, "http-range-not-satisfiable"],
    [418, "http-status"],
    [204, "http-status"],
  ])("%d is %s, without another try", async (code, expected) => {
    const server = await started(status(code));
    const error = await ggufErrorOf(readGgufUrl(`${server.url}?token=secret`, FAST));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ name: "HttpError", code: expected, status: code });
    expect(error.message).toContain(`HTTP ${code}`);
    expect(error.message).not.toContain("secret");
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [429, "http-rate-limited"],
    [408, "http-status"],
    [500, "http-status"],
    [503, "http-status"],
  ])("%d is tried again, and is %s where it stays", async (code, expected) => {
    const recovering = await started(status(code), status(code), ranges(model));
    expect((await readGgufUrl(recovering.url, FAST)).tensors).toHaveLength(25);
    expect(recovering.requests).toHaveLength(3);
    const failing = await started(status(code));
    const error = await ggufErrorOf(readGgufUrl(failing.url, { ...FAST, retries: 2 }));
    expect(error).toMatchObject({ code: expected, status: code });
    expect(failing.requests).toHaveLength(3);
  });

  it("is not tried again where the server asks to wait for long", async () => {
    const { url, requests } = await started(status(429, { "retry-after": "3600" }));
    const error = await ggufErrorOf(readGgufUrl(url, FAST));
    expect(error).toMatchObject({ code: "http-rate-limited", retryAfterSeconds: 3600 });
    expect(requests).toHaveLength(1);
  });
});

describe("connections", () => {
  it("that break off are taken up where they broke", async () => {
    const file = withHeaderOf(1.5);
    const server = await started(breakingOff(file, 300_000), breakingOff(file, 1), ranges(file));
    const { tensors } = await readGgufUrl(server.url, FAST);
    expect(tensors).toHaveLength(1);
    const starts = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? "")?.[0]));
    expect(starts.slice(0, 3)).toEqual([0, 300_000, 300_001]);
  });

  it("that cannot be made are an error with its cause", async () => {
    const server = await started(ranges(model));
    await server.close();
    servers.length = 0;
    const error = await ggufErrorOf(readGgufUrl(server.url, { ...FAST, retries: 1 }));
    expect(error).toMatchObject({ code: "network-failure", status: undefined });
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it("without an answer end after a while", async () => {
    const silent: Answer = () => {};
    const { url } = await started(silent);
    const options = { ...FAST, retries: 1, answerTimeout: 50 };
    const error = await ggufErrorOf(readGgufUrl(url, options));
    expect(error).toMatchObject({ code: "network-failure" });
    expect(error.message).toContain("no answer came for 0.05 s");
  });

  it("without a byte end after a while", async () => {
    const stalling: Answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100000" }).write(model.subarray(0, 100));
    };
    const { url } = await started(stalling);
    const options = { ...FAST, retries: 0, stallTimeout: 50 };
    const error = await ggufErrorOf(readGgufUrl(url, options));
    expect(error.message).toContain("no byte came for 0.05 s");
  });

  it("are stopped by the signal, while one waits for an answer or to try again", async () => {
    const reason = new Error("enough");
    const silent = await started(() => {});
    for (const [url, options] of [
      [silent.url, {}],
      [(await started(status(503))).url, { retryDelay: 60_000 }],
    ] as const) {
      const controller = new AbortController();
      const reading = readGgufUrl(url, { ...options, signal: controller.signal });
      setTimeout(() => controller.abort(reason), 30);
      await expect(reading).rejects.toBe(reason);
    }
  });

  it("pass on what a given fetch throws of its own", async () => {
    const own = new Error("not with me");
    const source = opened("http://127.0.0.1:9/x.gguf", { fetch: () => Promise.reject(own) });
    await expect(source.read(0, 10)).rejects.toBe(own);
  });
});

describe("answers that do not fit", () => {
  const partial =
    (range: string | undefined, more: Readonly<Record<string, string>> = {}): Answer =>
    (_request, response) => {
      const length = { "content-length": "1000" };
      const headers = range === undefined ? length : { ...length, "content-range": range };
      response.writeHead(206, { ...headers, ...more }).end(model.subarray(0, 1000));
    };

  it.each([
    ["another start", "bytes 10-1009/50000"],
    ["an end beyond what was asked", "bytes 0-1048576/2000000"],
    ["an end before the start", "bytes 0--1/50000"],
    ["a size that the range exceeds", "bytes 0-999/999"],
    ["another unit", "lines 0-9/10"],
    ["a size that is no number", "bytes 0-999/x"],
    ["no Content-Range", undefined],
  ])("%s", async (_, range) => {
    const server = await started(partial(range));
    const error = await ggufErrorOf(readGgufUrl(server.url, FAST));
    expect(error).toMatchObject({ code: "bad-content-range", status: 206, got: range ?? "none" });
    expect(server.requests).toHaveLength(1);
  });

  it("a range that came compressed", async () => {
    const { url } = await started(partial("bytes 0-999/50000", { "content-encoding": "gzip" }));
    const error = await ggufErrorOf(readGgufUrl(url, { ...FAST, retries: 0 }));
    expect(error.code).toBe("bad-content-range");
  });

  it.each([
    ["size", ranges(new Uint8Array(withHeaderOf(3)), {}), {}],
    ["ETag", undefined, { etag: '"two"' }],
    ["time of change", undefined, { "last-modified": "Tue, 24 Nov 2026 10:00:00 GMT" }],
  ])("another %s than before", async (_, answer, more) => {
    const file = withHeaderOf(2);
    const before = "etag" in more ? { etag: '"one"' } : { "last-modified": "yesterday" };
    const server = await started(ranges(file, before), answer ?? ranges(file, more));
    const error = await ggufErrorOf(readGgufUrl(server.url, FAST));
    expect(error).toMatchObject({ code: "file-changed" });
    expect(server.requests).toHaveLength(2);
  });
});

describe("redirects", () => {
  it("are followed, and the token does not reach another origin", async () => {
    const target = await started(ranges(model));
    const server = await started(status(302, { location: `${target.url}?signature=x` }));
    const headers = { authorization: "Bearer secret" };
    const { tensors } = await readGgufUrl(server.url, { headers });
    expect(tensors).toHaveLength(25);
    expect(server.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(target.requests[0]?.headers.authorization).toBeUndefined();
    expect(target.requests[0]?.range).toBe("bytes=0-1048575");
  });
});
