import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { buildGguf, buildQwen3Model, findChromium } from "@ggufkit/fixtures";
import { build, type BuildResult } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// By its name, as users import it: package.json says what is left out for browsers.
const PAGE_SCRIPT = `
  import { gguf } from "@ggufkit/gguf/huggingface";
  globalThis.read = async (uri, params) => {
    try {
      const { metadata, tensorInfos } = await gguf(uri, params);
      return { name: metadata["general.name"], tensors: tensorInfos.length };
    } catch (error) {
      return error.message;
    }
  };
  globalThis.readBlob = (bytes) => read(URL.createObjectURL(new Blob([new Uint8Array(bytes)])));
`;

// What its own package.json asks for in browsers, which esbuild does not follow past `exports`.
const THEIR_BROWSER_BUILD = fileURLToPath(
  new URL("browser/index.mjs", import.meta.resolve("@huggingface/gguf")),
);

function bundlePage(): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents: PAGE_SCRIPT, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    alias: { "@huggingface/gguf": THEIR_BROWSER_BUILD },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

const model = buildQwen3Model();
const small = buildGguf({ kv: [["general.name", "string", "small"]] });
const executablePath = findChromium();
const isRequired = process.env["GGUFKIT_REQUIRE_CHROMIUM"] === "1";

describe("bundled for browsers", () => {
  it("needs nothing of Node", async () => {
    const { metafile } = await bundlePage();
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.endsWith("dist/huggingface/gguf.js"))).toBe(true);
    expect(inputs.filter((path) => path.includes("dist/node/"))).toEqual([
      expect.stringMatching(/^\(disabled\):/),
    ]);
  });
});

describe.skipIf(executablePath === undefined && !isRequired)("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let site: Server;

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error("no Chromium on PATH or in GGUFKIT_CHROMIUM");
    const { outputFiles } = await bundlePage();
    site = await startSite(outputFiles[0]?.text ?? "");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/models/`);
    await page.waitForFunction(() => "readBlob" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  it("reads an address that is relative to the page", async () => {
    expect(await page.evaluate("read('tiny.gguf')")).toMatchObject({ tensors: expect.any(Number) });
    expect(await page.evaluate("read('missing.gguf')")).toContain("HTTP 404");
  });

  it("reads a file that the page holds", async () => {
    const read = await page.evaluate(`readBlob(${JSON.stringify([...small])})`);
    expect(read).toEqual({ name: "small", tensors: 0 });
  });

  it("refuses to be asked for local files", async () => {
    expect(await page.evaluate("read('tiny.gguf', { allowLocalFile: true })")).toBe(
      "allowLocalFile cannot be used on browser",
    );
  });
});

const ANSWERS: Readonly<Record<string, readonly [type: string, body: string | Uint8Array]>> = {
  "/models/": ["text/html", '<!doctype html><script type="module" src="/page.js"></script>'],
  "/models/tiny.gguf": ["application/octet-stream", model],
};

async function startSite(script: string): Promise<Server> {
  const answers = { ...ANSWERS, "/page.js": ["text/javascript", script] as const };
  const server = createServer((request, response) => {
    const answer = answers[request.url as keyof typeof answers];
    if (answer === undefined) return response.writeHead(404).end();
    return response.setHeader("content-type", answer[0]).end(answer[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
