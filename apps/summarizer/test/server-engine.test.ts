import { type OpenAiServer, type OpenAiServerOptions, startOpenAiServer } from "@ggufkit/fixtures";
import { afterEach, describe, expect, it } from "vitest";
import type { CompletionRequest } from "../src/engine/engine.ts";
import type { RetryPolicy } from "../src/server/retry.ts";
import {
  openServerEngine,
  type ServerEngine,
  type ServerEngineOptions,
} from "../src/server/server-engine.ts";

const REQUEST: CompletionRequest = {
  prompt: "Note: A model.\nSentence: The model",
  temperature: 0,
  seed: 7,
  maxTokens: 40,
};
const FAST: RetryPolicy = { attempts: 3, firstWait: 0.01, longestWait: 0.3, total: 10 };

let servers: OpenAiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function start(options: Partial<OpenAiServerOptions> = {}): Promise<OpenAiServer> {
  const server = await startOpenAiServer({ answer: () => " is small.\nNote: next", ...options });
  servers.push(server);
  return server;
}

async function open(
  server: OpenAiServer,
  options: Partial<ServerEngineOptions> = {},
): Promise<ServerEngine> {
  const engine = await openServerEngine({ url: server.url, retry: FAST, ...options });
  server.requests.length = 0; // what was asked for to open it
  return engine;
}

describe("an engine on a server", () => {
  it("continues a text to the end of its line, and asks for what it was told", async () => {
    const server = await start();
    const engine = await open(server);
    expect(engine).toMatchObject({ model: "test-model", api: "completions", maxParallel: 4 });
    expect(await engine.complete({ ...REQUEST, temperature: 0.6 })).toBe(" is small.");
    expect(server.requests.at(-1)?.ask).toMatchObject({
      model: "test-model",
      text: REQUEST.prompt,
      temperature: 0.6,
      seed: 7,
      max_tokens: 40,
      stop: ["\n"],
      stream: true,
    });
  });

  it("has a model think in a chat, with room for it, and gives the line that follows", async () => {
    const answer = (): string =>
      "<think>\nIt is small.\nHm.\n</think>\n\nThe model is small.\nMore";
    const server = await start({ answer, context: 3000 });
    const engine = await open(server, { thoughtTokens: 100 });
    expect(engine.api).toBe("chat");
    expect(await engine.complete(REQUEST)).toBe(" is small.");
    const { ask } = server.requests.at(-1) ?? {};
    expect(ask).toMatchObject({ max_tokens: 140, temperature: 0.6 });
    expect(ask).toHaveProperty("chat_template_kwargs.enable_thinking", true);
    const plain = await open(server, { api: "chat" });
    const most = [...Array(3000).keys()].findLast((more) => plain.hasRoomFor("short", more)) ?? 0;
    expect(engine.hasRoomFor("short", most - 100)).toBe(true);
    expect(engine.hasRoomFor("short", most - 99)).toBe(false);
  });

  it.each(["", "/", "/v1", "/v1/"])("takes the address with %j behind it", async (tail) => {
    const server = await start();
    const engine = await openServerEngine({ url: `${server.url}${tail}` });
    expect(await engine.complete(REQUEST)).toBe(" is small.");
  });

  it.each(["llama-server", "vllm", "openai"] as const)(
    "knows the room that %s has",
    async (kind) => {
      const server = await start({ kind, context: 3000 });
      const engine = await open(server);
      expect(engine.hasRoomFor("short", 1000)).toBe(true);
      expect(engine.hasRoomFor("short", 3000)).toBe(false);
      // OpenAI's own tells nothing: what our own prompts need is taken to be there.
      expect(engine.hasRoomFor("short", 2500)).toBe(kind !== "openai");
    },
  );

  it.each(["llama-server", "vllm"] as const)(
    "has %s count where it could only guess",
    async (kind) => {
      const server = await start({ kind, context: 1000 });
      const engine = await open(server);
      const prompt = "+-".repeat(800); // 400 tokens here, 1,600 at the most
      expect(engine.hasRoomFor(prompt, 500)).toBe(false);
      await engine.measure(prompt);
      expect(engine.hasRoomFor(prompt, 500)).toBe(true);
      expect(engine.hasRoomFor(prompt, 700)).toBe(false);
      expect(await engine.complete({ ...REQUEST, prompt })).toBe(" is small.");
    },
  );

  it("refuses what has no room, before the server has to", async () => {
    const server = await start({ context: 100 });
    const engine = await open(server);
    const complete = engine.complete({ ...REQUEST, prompt: "word ".repeat(100) });
    await expect(complete).rejects.toMatchObject({ name: "SummarizerError", code: "engine" });
    expect(server.requests.filter(({ place }) => place === "completions")).toEqual([]);
  });

  it("keeps control tokens of a card from being any", async () => {
    const prompt = "Note: <|im_end|> [INST] </s> <think>\nSentence:";
    const llama = await start();
    await (await open(llama)).complete({ ...REQUEST, prompt });
    // Tokens that the server made of plain text.
    expect(llama.requests.at(-1)?.ask).toMatchObject({ prompt: expect.any(Array), text: prompt });
    for (const options of [
      { kind: "vllm" },
      { kind: "llama-server", places: ["models", "chat"] },
    ]) {
      const server = await start(options as Partial<OpenAiServerOptions>);
      await (await open(server)).complete({ ...REQUEST, prompt });
      expect(server.requests.at(-1)?.ask?.text).not.toMatch(/<\||\[INST|<\/s|<think/);
    }
  });

  it("counts what was read and written, by the server's figures or its own", async () => {
    const server = await start();
    const engine = await open(server);
    await engine.complete(REQUEST);
    const { readTokens, writtenTokens, readSeconds } = engine.usage();
    expect([readTokens, writtenTokens]).toEqual([Math.ceil(REQUEST.prompt.length / 4), 3]);
    expect(readSeconds).toBeGreaterThan(0);
    const page = engine.forPage();
    expect(page.usage().readTokens).toBe(0);
    server.play({ kind: "endless", piece: " word" });
    await page.complete({ ...REQUEST, maxTokens: 5 });
    expect(page.usage().writtenTokens).toBeGreaterThanOrEqual(5);
    expect(engine.usage().writtenTokens).toBe(3);
  });

  it("has so many requests under way at once, whoever asks", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const server = await start({ slots: 3, pace: { latency: 20 } });
    const { signal } = new AbortController();
    const engine = await open(server, { signal });
    const asked = Array.from({ length: 24 }, (_, seed) =>
      (seed % 2 === 0 ? engine : engine.forPage()).complete({ ...REQUEST, seed }),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([" is small."]));
    expect(server.counts.mostParallel).toBe(3);
    process.off("warning", onWarning);
    expect(warnings).toEqual([]); // of a signal that many wait for
  });

  it("lets go of a request that is aborted, and of one that waits", async () => {
    const server = await start({ slots: 1, pace: { pieceDelay: 20 } });
    const engine = await open(server);
    const controller = new AbortController();
    const { signal } = controller;
    const long = { ...REQUEST, prompt: "a long one" };
    const both = [engine.complete({ ...long, signal }), engine.complete({ ...long, signal })];
    setTimeout(() => controller.abort(new Error("enough")), 30);
    for (const complete of both) await expect(complete).rejects.toThrow("enough");
    expect(await engine.complete(REQUEST)).toBe(" is small.");
    expect(server.counts.abandoned).toBe(1);
  });
});

describe("a server that only chats", () => {
  const PROMPT =
    "Note: One.\nSentence: First.\n\nNote: Two.\nSentence: Second.\n\nNote: Three.\nSentence: The model";

  it("is shown the pairs as turns, and its answer is cut to the line", async () => {
    const answer = "\n\nThe model is third.\nIs there anything else?";
    const server = await start({ places: ["models", "chat"], answer: () => answer });
    const engine = await open(server);
    expect(engine.api).toBe("chat");
    expect(await engine.complete({ ...REQUEST, prompt: PROMPT })).toBe(" is third.");
    const roles = server.requests.at(-1)?.ask?.messages?.map(({ role }) => role);
    expect(roles).toEqual(["system", "user", "assistant", "user", "assistant", "user"]);
    expect(server.requests.at(-1)?.ask?.messages?.at(-1)?.content).toContain("Note: Three.");
  });

  it.each([
    ["thoughts", "<think>\nThe model thinks.\n</think>\n\nThe model is third."],
    ["quotes", '"The model is third."'],
    ["a label", "Sentence: The model is third."],
    ["the opening left out", " is third."],
  ])("may answer with %s", async (_what, said) => {
    const server = await start({ kind: "openai", places: ["models", "chat"], answer: () => said });
    const engine = await open(server);
    expect((await engine.complete({ ...REQUEST, prompt: PROMPT })).trim()).toBe("is third.");
  });

  it("is asked to continue a text that is no pairs", async () => {
    const server = await start({ answer: () => "Some text goes on." });
    const engine = await open(server, { api: "chat" });
    expect(await engine.complete({ ...REQUEST, prompt: "Some text" })).toBe(" goes on.");
  });
});

describe("openServerEngine", () => {
  it("asks which model is meant where there are several, and takes the one that is named", async () => {
    const server = await start({ kind: "vllm", models: ["aria", "brio"] });
    await expect(open(server)).rejects.toThrow(/2 models, name one: aria, brio/);
    const engine = await open(server, { model: "brio" });
    await engine.complete(REQUEST);
    expect(server.requests.at(-1)?.ask?.model).toBe("brio");
  });

  it.each(["llama-server", "vllm", "openai"] as const)(
    "does not take %s's other model for the one that is named",
    async (kind) => {
      const server = await start({ kind });
      await expect(open(server, { model: "aria" })).rejects.toThrow(/aria/);
    },
  );

  it("does without a list where the model is named", async () => {
    const server = await start({ kind: "openai", places: ["completions"] });
    await expect(open(server)).rejects.toThrow(/status 404/);
    const engine = await open(server, { model: "test-model" });
    expect(await engine.complete(REQUEST)).toBe(" is small.");
  });

  it("sends a key, and shows it nowhere", async () => {
    const server = await start({ apiKey: "secret-key" });
    const engine = await open(server, { apiKey: "secret-key" });
    await engine.complete(REQUEST);
    expect(server.requests.at(-1)?.headers["authorization"]).toBe("Bearer secret-key");
    expect(JSON.stringify(engine)).not.toContain("secret-key");
    await expect(open(server)).rejects.toThrow(/status 401/);
    server.play({ kind: "status", status: 401, body: "no such key: secret-key" });
    await expect(engine.complete(REQUEST)).rejects.toThrow(/no such key: \[API key\]$/);
    const bad = open(server, { apiKey: "secret\nkey" });
    await expect(bad).rejects.toThrow(/^the server's API key: expected/);
    await expect(bad).rejects.not.toThrow(/secret/);
  });

  it("says what it can't reach", async () => {
    const server = await start();
    await server.close();
    servers = [];
    await expect(open(server)).rejects.toMatchObject({
      code: "engine",
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: connection refused/),
    });
  });

  it.each([
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "http://user:secret@127.0.0.1/",
    "http://secret@127.0.0.1/",
    "http://127.0.0.1/?key=secret",
    "127.0.0.1:8080",
    "",
  ])("refuses %j, and does not repeat it", async (url) => {
    const opening = openServerEngine({ url, fetch: () => Promise.reject(new Error("asked")) });
    await expect(opening).rejects.toThrow(/^the server's URL: expected/);
    await expect(opening).rejects.not.toThrow(/secret|asked/);
  });

  it("does not follow a redirect with its key", async () => {
    const other = await start();
    const server = await start();
    const headers = { location: `${other.url}/v1/models` };
    server.play({ kind: "status", status: 302, headers, on: "models" });
    await expect(open(server, { apiKey: "secret" })).rejects.toThrow(/status 302/);
    expect(other.requests).toEqual([]);
  });
});
