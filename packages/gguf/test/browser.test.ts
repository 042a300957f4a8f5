import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { buildQwen3Model, findChromium } from "@ggufkit/fixtures";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bytesSource, describe as describeModel, readGguf } from "../src/index.ts";
import { bundle } from "./bundle.ts";
import { ranges, type ScriptedServer, serve, status, whole } from "./url-server.ts";

const model = buildQwen3Model();
const executablePath = findChromium();
const isRequired = process.env["GGUFKIT_REQUIRE_CHROMIUM"] === "1";
if (executablePath === undefined && !isRequired)
  console.warn("No Chromium on PATH or in GGUFKIT_CHROMIUM: the tests in a browser are skipped.");

/** What the page offers to the test. */
const PAGE_SCRIPT = `
  import { blobSource, describe, GgufError, readGguf, readGgufUrl } from "./index.ts";
  const told = async (reading) => {
    try {
      const gguf = await reading;
      const tokens = gguf.kv.get("tokenizer.ggml.tokens").toArray();
      return { model: describe(gguf), tokens: tokens.length, fileSize: gguf.fileSize };
    } catch (error) {
      if (error instanceof GgufError) return { code: error.code };
      throw error;
    }
  };
  globalThis.readBlob = (bytes) => told(readGguf(blobSource(new Blob([new Uint8Array(bytes)]))));
  globalThis.readUrl = (url, headers) => told(readGgufUrl(url, { retries: 0, headers }));
`;

/** As the page's functions answer. */
interface Told {
  readonly model?: object;
  readonly tokens?: number;
  readonly fileSize?: number;
  readonly code?: string;
}

const CORS = { "access-control-allow-origin": "*" };
const EXPOSED = { ...CORS, "access-control-expose-headers": "content-range, etag" };

describe.skipIf(executablePath === undefined && !isRequired)("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let site: Server;
  const servers: ScriptedServer[] = [];

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error("no Chromium on PATH or in GGUFKIT_CHROMIUM");
    const { script } = await bundle(PAGE_SCRIPT);
    site = await startSite(script);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => "readUrl" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
    site?.close();
  });

  async function readUrl(...answers: Parameters<typeof serve>): Promise<Told> {
    const server = await serve(...answers);
    servers.push(server);
    return page.evaluate(`readUrl(${JSON.stringify(server.url)})`);
  }

  async function expected(): Promise<Told> {
    const gguf = await readGguf(bytesSource(model));
    // As it comes out of the browser: without what is undefined.
    const description: object = JSON.parse(JSON.stringify(describeModel(gguf)));
    return { model: description, tokens: 271, fileSize: model.length };
  }

  function withoutUndefined(told: Told): unknown {
    return JSON.parse(JSON.stringify(told));
  }

  it("reads a Blob", async () => {
    const told: Told = await page.evaluate(`readBlob(${JSON.stringify([...model])})`);
    expect(withoutUndefined(told)).toEqual(await expected());
  });

  it("reads a URL of another origin by ranges, without a preflight", async () => {
    const told = await readUrl(ranges(model, EXPOSED));
    expect(withoutUndefined(told)).toEqual(await expected());
    const requests = servers.at(-1)?.requests ?? [];
    expect(requests.map(({ range }) => range)).toEqual(["bytes=0-1048575"]);
    expect(requests[0]?.headers["accept-encoding"]).toMatch(/^identity/);
  });

  it("takes no header but Authorization to where a redirect leads", async () => {
    const target = await serve(ranges(model, CORS));
    const preflight = { ...CORS, "access-control-allow-headers": "x-api-key, range" };
    const server = await serve(
      status(204, preflight),
      status(302, { ...CORS, location: target.url }),
    );
    servers.push(target, server);
    const told = await page.evaluate(
      `readUrl(${JSON.stringify(server.url)}, { "x-api-key": "secret" })`,
    );
    expect(told).toEqual({ code: "redirect-refused" });
    expect(server.requests.map(({ headers }) => headers["x-api-key"])).toEqual([
      undefined,
      "secret",
    ]);
    expect(target.requests).toEqual([]);
    // Without such headers it is the browser that follows.
    const followed = await readUrl(status(302, { ...CORS, location: target.url }));
    expect(followed).toMatchObject({ tokens: 271 });
  });

  it("reads from a server that hides its headers from other origins", async () => {
    const told = await readUrl(ranges(model, CORS));
    expect(told).toMatchObject({ tokens: 271 });
  });

  it("reads from a server that ignores ranges", async () => {
    const told = await readUrl(whole(model, CORS));
    expect(told).toMatchObject({ tokens: 271 });
  });

  it("tells what is wrong by code", async () => {
    const page404 = new TextEncoder().encode("<!doctype html>");
    expect(await readUrl(whole(page404, CORS))).toEqual({ code: "not-gguf" });
    // Without its permission the browser shows the page nothing of the answer.
    expect(await readUrl(ranges(model))).toEqual({ code: "network-failure" });
    expect(await page.evaluate("readBlob([71, 71, 85, 70, 9, 0, 0, 0])")).toEqual({
      code: "unsupported-version",
    });
  });
});

async function startSite(script: string): Promise<Server> {
  const html = `<!doctype html><script type="module" src="/page.js"></script>`;
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
