import { type OpenAiFault, type OpenAiServer, startOpenAiServer } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CompletionRequest } from "../src/engine/engine.ts";
import type { RetryPolicy } from "../src/server/retry.ts";
import { openServerEngine, type ServerEngine } from "../src/server/server-engine.ts";

const SENTENCE = " is made for short answers in many places.";
const REQUEST: CompletionRequest = { prompt: "The model", temperature: 0, seed: 7, maxTokens: 40 };
const FAST: RetryPolicy = { attempts: 3, firstWait: 0.01, longestWait: 1.2, total: 10 };

let server: OpenAiServer;
let engine: ServerEngine;
beforeEach(async () => {
  server = await startOpenAiServer({ answer: () => SENTENCE });
  engine = await opened();
  server.requests.length = 0;
});
afterEach(() => server.close());

/** `silence` in seconds: longer than any that a busy machine makes, unless told otherwise. */
function opened(silence = 20): Promise<ServerEngine> {
  const timeouts = { silence, answer: 60 };
  return openServerEngine({ url: server.url, retry: FAST, timeouts });
}

/** Requests for text. */
function asked(): number {
  return server.requests.filter(({ place }) => place === "completions").length;
}

describe("a fault that passes", () => {
  it.each<OpenAiFault>([
    { kind: "reset" },
    { kind: "reset", after: 0 },
    { kind: "reset", after: 4 },
    { kind: "truncate", after: 4 },
    { kind: "truncate", after: 0 },
    { kind: "error-chunk", after: 3 },
    { kind: "status", status: 500 },
    { kind: "status", status: 502, body: "<html><p>Bad gateway</p></html>" },
    { kind: "status", status: 503 },
    { kind: "status", status: 429 },
    { kind: "malformed-json" },
    { kind: "empty-choices" },
  ])("$kind $status $after costs another request, and no word", async (fault) => {
    const { played } = await playing({ ...fault, times: 1 });
    expect([played, asked()]).toEqual([1, 2]);
  });

  it.each<OpenAiFault>([
    { kind: "no-stream" },
    { kind: "content-type", value: "text/plain" },
    { kind: "content-type", value: "application/octet-stream" },
  ])("$kind $value is none to us", async (fault) => {
    await playing(fault);
    expect(asked()).toBe(1);
  });

  it("of counting tokens only costs exactness", async () => {
    for (const fault of [{ kind: "reset" }, { kind: "malformed-json" }] as const)
      server.play({ ...fault, on: "tokenize", times: 1 });
    expect(await engine.complete(REQUEST)).toBe(SENTENCE);
  });

  async function playing(fault: OpenAiFault): Promise<{ played: number }> {
    const played = server.play(fault);
    expect(await engine.complete(REQUEST)).toBe(SENTENCE);
    return played;
  }
});

describe("a fault that stays", () => {
  it.each<[OpenAiFault, RegExp]>([
    [{ kind: "reset" }, /^127\.0\.0\.1:\d+: the connection (?:was reset|broke off)/],
    [{ kind: "truncate", after: 4 }, /the answer broke off$/],
    [{ kind: "error-chunk", after: 3 }, /the engine has died$/],
    [{ kind: "status", status: 500 }, /status 500: a fault of the test$/],
    [{ kind: "malformed-json" }, /expected a JSON object, got \{"choices": \[\{"text$/],
    [{ kind: "empty-choices" }, /an answer without a choice$/],
  ])("$kind fails after three requests", async (fault, message) => {
    server.play(fault);
    await expect(engine.complete(REQUEST)).rejects.toMatchObject({
      name: "SummarizerError",
      code: "engine",
      message: expect.stringMatching(message),
    });
    expect(asked()).toBe(3);
  });

  it.each<[OpenAiFault, RegExp]>([
    [{ kind: "status", status: 400 }, /status 400: a fault of the test$/],
    [{ kind: "status", status: 401 }, /status 401/],
    [{ kind: "status", status: 404 }, /status 404/],
    [{ kind: "status", status: 403, body: "<html>Forbidden</html>" }, /403: a page of HTML$/],
    [{ kind: "status", status: 418, body: "\u001b[31mtea\nor coffee" }, /418: tea or coffee$/],
    [{ kind: "html" }, /expected a text, got a page of HTML$/],
    [
      {
        kind: "status",
        status: 429,
        body: '{"error":{"message":"You have no money","type":"insufficient_quota"}}',
      },
      /You have no money$/,
    ],
    [{ kind: "status", status: 429, headers: { "retry-after": "3600" } }, /status 429/],
  ])("that no waiting mends fails at once: %j", async (fault, message) => {
    server.play(fault);
    await expect(engine.complete(REQUEST)).rejects.toThrow(message);
    expect(asked()).toBe(1);
  });

  it("of a context that is smaller than it was said to be is told as such", async () => {
    const message = "request (3000 tokens) exceeds the available context size (2048 tokens)";
    const error = { code: 400, message, type: "exceed_context_size_error" };
    server.play({ kind: "status", status: 400, body: JSON.stringify({ error }) });
    await expect(engine.complete(REQUEST)).rejects.toThrow(message);
    expect(asked()).toBe(1);
  });
});

describe("time", () => {
  it("that a server asks for is given to it", async () => {
    server.play({ kind: "status", status: 429, headers: { "retry-after": "1" }, times: 1 });
    const start = performance.now();
    expect(await engine.complete(REQUEST)).toBe(SENTENCE);
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
  });

  it("to load a model does not count as failures", async () => {
    const loading = server.play({ kind: "loading", times: 6 });
    expect(await engine.complete(REQUEST)).toBe(SENTENCE);
    expect(loading.played).toBe(6);
  });

  it("to load is given to a server that is just starting, too", async () => {
    server.play({ kind: "loading", on: "models", times: 5 });
    expect((await openServerEngine({ url: server.url, retry: FAST })).model).toBe("test-model");
  });

  it("ends for a stream that falls silent, and another request is made", async () => {
    const patient = await opened(0.5);
    const stall = server.play({ kind: "stall", after: 2, times: 1 });
    expect(await patient.complete(REQUEST)).toBe(SENTENCE);
    expect(stall.played).toBe(1);
    server.play({ kind: "stall", after: 2 });
    await expect(patient.complete(REQUEST)).rejects.toThrow(/no sign of life for 0\.5 s$/);
  });

  it("is not cut short for a slow stream that lives", async () => {
    server.pace.pieceDelay = 150; // eleven pieces: longer in all than the silence that is allowed
    const patient = await opened(1.2);
    server.requests.length = 0;
    expect(await patient.complete(REQUEST)).toBe(SENTENCE);
    expect(asked()).toBe(1);
  });

  it("is limited for a whole answer, however lively it is", async () => {
    server.pace.pieceDelay = 20;
    server.play({ kind: "endless", piece: "" });
    const timeouts = { silence: 20, answer: 0.3 };
    const retry = { ...FAST, attempts: 1 };
    const opening = openServerEngine({ url: server.url, api: "completions", retry, timeouts });
    await expect(opening).rejects.toThrow(/the answer has come for 0\.3 s$/);
  });

  it("ends for a stream that has no other end", async () => {
    server.play({ kind: "endless", piece: "" });
    const complete = engine.complete({ ...REQUEST, maxTokens: 2 });
    await expect(complete).rejects.toThrow(/the answer has no end and no text$/);
  });

  it("and length are limited where a server heeds no limit", async () => {
    server.play({ kind: "endless", piece: " more" });
    const text = await engine.complete({ ...REQUEST, maxTokens: 10 });
    expect(text.split(" ").length).toBeLessThan(20);
    await expect.poll(() => server.counts.abandoned).toBe(1);
  });

  it("spent waiting ends with the signal", async () => {
    server.play({ kind: "status", status: 429, headers: { "retry-after": "1" } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    const start = performance.now();
    const complete = engine.complete({ ...REQUEST, signal: controller.signal });
    await expect(complete).rejects.toThrow("enough");
    expect(performance.now() - start).toBeLessThan(950);
  });
});
