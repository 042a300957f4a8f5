import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { startTestProxy, type TestProxy } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { NetworkError } from "../src/index.ts";
import { closing, filesBelow } from "./support.ts";
import { abortWhen, fail, hubWorld, succeed, type HubWorld } from "./transfer-world.ts";

const TOKEN = "hf_verysecrettoken";
const PASSWORD = "proxys:ecret";

/** What a program, a log or a terminal could show of a value. */
function allOf(value: unknown): string {
  const shown = inspect(value, { depth: Infinity, showHidden: true }); // with stacks and causes
  return [JSON.stringify(value), String(value), shown].join("\n");
}

async function filesWith(secret: string, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await filesBelow(directory)) {
    // One may get its final name meanwhile.
    const bytes = await readFile(join(directory, path)).catch(() => Buffer.alloc(0));
    if (bytes.includes(secret) || path.includes(secret)) found.push(path);
  }
  return found;
}

async function seeThatTokenIsSafe(world: HubWorld, shown: unknown): Promise<void> {
  const { hub, directory } = world;
  expect(hub.requests.length).toBeGreaterThan(2);
  expect(hub.requests.every(({ authorized }) => authorized)).toBe(true);
  expect(hub.cdnRequests.some(({ authorized }) => authorized)).toBe(false);
  expect(JSON.stringify(hub.cdnRequests)).not.toContain(TOKEN);
  expect(allOf(shown)).not.toContain(TOKEN);
  expect(await filesWith(TOKEN, directory)).toEqual([]);
}

describe("the token", () => {
  it.each<[string, (world: HubWorld) => void]>([
    ["a redirect to the second origin", ({ hub }) => (hub.faults.cloudfront = true)],
    ["a redirect to the Hub itself", ({ hub }) => (hub.faults.relativeRedirect = true)],
    ["addresses that are asked for anew", ({ hub }) => (hub.faults.urlUses = 3)],
    ["a transfer that begins anew", ({ play }) => play({ kind: "ignore-range", skip: 3 })],
    ["a connection that breaks off", ({ play }) => play({ kind: "reset", skip: 3, times: 2 })],
    ["a repair", ({ play }) => play({ kind: "flip", at: 1000, times: 1 })],
  ])("goes to the Hub alone with %s", async (_, prepare) => {
    const world = await hubWorld({}, { HF_TOKEN: TOKEN });
    prepare(world);
    const { events, model } = await succeed(world);
    await seeThatTokenIsSafe(world, [events, model]);
  });

  it.each<[string, (world: HubWorld) => void]>([
    ["a broken transfer", ({ play }) => play({ kind: "reset", after: 0, skip: 3 })],
    ["a server that fails", ({ play }) => play({ kind: "status", status: 503, on: "resolve" })],
    [
      "a server that repeats it",
      ({ hub }) => {
        const headers = { "x-error-message": `no ${TOKEN}`, "x-error-code": "GatedRepo" };
        hub.play({ kind: "status", status: 403, headers, body: TOKEN, on: "resolve" });
      },
    ],
  ])("is in nothing that is left or told of %s", async (_, prepare) => {
    const world = await hubWorld({}, { HF_TOKEN: TOKEN });
    prepare(world);
    const { events, error } = await fail(world);
    await seeThatTokenIsSafe(world, [events, error]);
  });
});

describe("the token while a transfer runs", () => {
  it("is in no claim, ledger or partial file", async () => {
    const world = await hubWorld({}, { HF_TOKEN: TOKEN });
    const silent = world.play({ kind: "stall", skip: world.answersBefore });
    let names: string[] = [];
    await abortWhen(world, async () => {
      if (silent.played === 0) return false;
      names = await filesBelow(world.directory);
      expect(await filesWith(TOKEN, world.directory)).toEqual([]);
      return names.some((path) => path.endsWith(".ledger"));
    });
    for (const end of [".ggufkit", ".ledger", ".incomplete"]) {
      expect(names.some((path) => path.endsWith(end))).toBe(true);
    }
  });
});

interface ProxiedWorld extends HubWorld {
  proxy: TestProxy;
}

async function proxiedWorld(env: Record<string, string> = {}): Promise<ProxiedWorld> {
  const proxy = closing(await startTestProxy({ user: "me", password: PASSWORD }));
  const url = new URL(proxy.url);
  url.username = "me";
  url.password = encodeURIComponent(PASSWORD);
  return { ...(await hubWorld({}, { HTTP_PROXY: url.href, ...env })), proxy };
}

/** Hosts that the proxy was asked for. */
function hostsOf({ requests }: TestProxy): Set<string> {
  return new Set(requests.map(({ target }) => target.replace(/^http:\/\/([^/]*).*/, "$1")));
}

describe("a proxy", () => {
  it("has everything go through it, with its user name", async () => {
    const world = await proxiedWorld();
    await succeed(world);
    const { proxy, hub } = world;
    expect(hostsOf(proxy)).toEqual(new Set([new URL(hub.url).host, new URL(hub.cdnUrl).host]));
    expect(proxy.requests.every(({ authorized }) => authorized)).toBe(true);
  });

  it("that refuses is not gone round, and its password told to nobody", async () => {
    const wrong = await proxiedWorld();
    const proxy = `http://me:${PASSWORD.replace(":", "%3A")}x@${new URL(wrong.proxy.url).host}`;
    const world = await hubWorld({}, { HTTP_PROXY: proxy });
    const { events, error } = await fail(world);
    expect(error).toBeInstanceOf(NetworkError);
    expect([...world.hub.requests, ...world.hub.cdnRequests]).toEqual([]);
    seeThatPasswordIsSafe([events, error]);
  });

  it("that refuses what carries bodies is not gone round either", async () => {
    const { proxy } = await proxiedWorld();
    const host = new URL(proxy.url).host;
    const world = await hubWorld({}, { HTTP_PROXY: `http://me:wrongecret@${host}` });
    // The listing and the question where a file is go directly.
    const { events, error } = await fail(world, { fetch: globalThis.fetch });
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/the proxy answered HTTP 407/);
    expect(allOf([events, error])).not.toContain("wrongecret");
    expect(world.sent()).toBeLessThanOrEqual(3);
  });

  it("that is not there is told, without its password", async () => {
    const world = await proxiedWorld();
    await world.proxy.close();
    const { events, error } = await fail(world);
    expect(error).toBeInstanceOf(NetworkError);
    expect(world.hub.requests).toEqual([]);
    seeThatPasswordIsSafe([events, error]);
  });

  it("is gone past where NO_PROXY says so", async () => {
    const direct = await proxiedWorld({ NO_PROXY: "127.0.0.1" });
    await succeed(direct);
    expect(direct.proxy.requests).toEqual([]);
  });

  it("leaves nothing of its password behind", async () => {
    const world = await proxiedWorld();
    world.play({ kind: "reset", after: 0, skip: world.answersBefore });
    const { events, error } = await fail(world);
    seeThatPasswordIsSafe([events, error]);
    for (const secret of secretsOf()) {
      expect(await filesWith(secret, world.directory)).toEqual([]);
    }
  });
});

/** The password as it is, as a URL has it, and as it is sent. */
function secretsOf(): string[] {
  const sent = Buffer.from(`me:${PASSWORD}`).toString("base64").replace(/=+$/, "");
  return [PASSWORD, encodeURIComponent(PASSWORD), sent.slice(0, -2)];
}

function seeThatPasswordIsSafe(shown: unknown): void {
  for (const secret of secretsOf()) expect(allOf(shown)).not.toContain(secret);
}
