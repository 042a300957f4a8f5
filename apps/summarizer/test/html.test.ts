import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { buildQwen3Model, findChromium } from "@ggufkit/fixtures";
import { bytesSource, describe as describeModel, readGguf } from "@ggufkit/gguf";
import { parseDocument } from "@ggufkit/model-facts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "../src/html/render-html.ts";
import { summarize } from "../src/summarize.ts";

const executablePath = findChromium();
const isRequired = process.env["GGUFKIT_REQUIRE_CHROMIUM"] === "1";

/** What a hostile card would have run, loaded or shown. */
const HOSTILE = `<img src=x onerror="document.title='owned'"> "quoted" & <b>bold</b> javascript:alert(1)`;

const CARD = `---
source: https://huggingface.co/o/Aster-7B
license: mit
---
# Aster-7B

- Number of Parameters: 7B
- Number of Layers: 32
- Context Length: 32,768

## Highlights

- Aster-7B reads long documents ${HOSTILE} without losing what stood at their beginning.
- Aster-7B supports 12 languages, of which it speaks German and French best.
- [A link](javascript:alert(1)) is what Aster-7B never follows by itself in any document.
- Aster-7B was trained on text that its makers collected from books over four years.
`;

async function htmlOf(card: string, words: [number, number] = [20, 400]): Promise<string> {
  const document = parseDocument(card, { name: "card.md", role: "card" });
  const header = describeModel(await readGguf(bytesSource(buildQwen3Model())));
  const range = { least: words[0], most: words[1] };
  const writing = summarize({ card: document, research: [] }, { header, range, seed: 0 });
  for (;;) {
    const step = await writing.next();
    if (step.done === true) return renderHtml(step.value);
  }
}

describe("the page as HTML", () => {
  it("needs nothing beside it, and shows a card's markup as text", async () => {
    const html = await htmlOf(CARD);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|url\(|@import/i);
    for (const [, target = ""] of html.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(target).toMatch(/^(?:https:\/\/huggingface\.co\/o\/Aster-7B|#[a-z]+-\d+)$/);
  });

  it("has a number for each claim that leads to the words it rests on", async () => {
    const html = await htmlOf(CARD);
    const claims = [...html.matchAll(/id="claim-(\d+)"/g)].map(([, number]) => number);
    const evidence = [...html.matchAll(/id="evidence-(\d+)"/g)].map(([, number]) => number);
    expect(claims.length).toBeGreaterThan(3);
    expect(evidence).toEqual(claims);
    expect(html).toMatch(/<q>Aster-7B supports 12 languages, of which [^<]+<\/q>/);
  });
});

describe.skipIf(executablePath === undefined && !isRequired)("the page in Chromium", () => {
  let directory: string;
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error("no Chromium on PATH or in GGUFKIT_CHROMIUM");
    directory = await mkdtemp(join(tmpdir(), "ggufkit-html-"));
    const path = join(directory, "page.html");
    await writeFile(path, await htmlOf(CARD));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true });
  });

  it("loads nothing else and runs nothing of the card", async () => {
    expect(requests).toHaveLength(1);
    expect(await page.title()).toBe("Aster-7B");
    expect(await page.locator("main img, main script").count()).toBe(0);
  });

  it("shows a claim's evidence while the pointer is on it", async () => {
    const claim = page.locator(".claim").first();
    const hover = claim.locator(".hover");
    expect(await hover.isVisible()).toBe(false);
    await claim.hover();
    expect(await hover.isVisible()).toBe(true);
  });

  it("goes from a claim's number to its evidence", async () => {
    await page.mouse.move(0, 0);
    await page.locator(".mark").nth(1).click();
    expect(new URL(page.url()).hash).toBe("#evidence-2");
    expect(await page.locator("#evidence-2").isVisible()).toBe(true);
  });

  it("draws the file's types and blocks", async () => {
    expect(await page.locator(".picture svg").count()).toBe(2);
    expect(await page.locator(".picture svg").first().locator("rect").count()).toBe(2);
    const box = await page.locator(".picture svg").first().boundingBox();
    expect(box?.width).toBeGreaterThan(300);
    expect(await page.locator(".facts tbody tr").count()).toBeGreaterThan(3);
  });
});
