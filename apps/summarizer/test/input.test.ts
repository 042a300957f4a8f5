import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildQwen3Model, startTestHub, type TestHub } from "@ggufkit/fixtures";
import type { Document } from "@ggufkit/model-facts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { htmlToMarkdown } from "../src/input/html-markdown.ts";
import { hubPlaces } from "../src/input/hub-places.ts";
import { type Input, readInput } from "../src/input/input.ts";
import { buildPdf, type PdfText } from "./pdf.ts";

const CARD = "---\nlicense: mit\n---\n# Aster-7B\n\nAster-7B answers questions.\n";
const CARD_URL = "https://huggingface.co/o/Aster-7B";
const PAPER_URL = "https://example.org/aster.pdf";

let directory: string;
let card: string;
let hub: TestHub;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-input-"));
  card = await saved("card.md", CARD);
  hub = await startTestHub({
    repos: {
      "o/Aster-7B": {
        files: {
          "README.md": Buffer.from(CARD),
          "Aster-7B-F16.gguf": Buffer.from(modelNaming("")),
        },
      },
      "o/bare": { files: { "README.md": Buffer.from(CARD) } },
    },
  });
});
afterAll(async () => {
  await hub.close();
  await rm(directory, { recursive: true });
});

async function saved(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

function modelNaming(repository: string): Uint8Array {
  return buildQwen3Model({ name: "Aster", kv: [["general.repo_url", "string", repository]] });
}

const texts = ({ blocks }: Document): string[] => blocks.map(({ text }) => text);

/** Reads a document as research beside a card. */
async function research(word: string): Promise<Document> {
  const { research: documents } = await readInput(`${card}=${CARD_URL}`, [word]);
  const [document] = documents;
  if (document === undefined) throw new TypeError("expected a document");
  return document;
}

describe("a document", () => {
  it("may have its address behind it", async () => {
    const read = await readInput(`${card}=${CARD_URL}`);
    expect(read.card.source).toMatchObject({ role: "card", url: CARD_URL });
    await expect(readInput(card)).rejects.toThrow(/the URL of its source/);
  });

  it("may be a web page: its article, without menus and scripts, at the address that it names", async () => {
    const sentence = "Aster-7B reads long texts well because its attention sees a window. ";
    const path = await saved(
      "post.html",
      `<!doctype html><html><head><title>On Aster</title>
      <link rel="canonical" href="https://example.org/on-aster"></head><body>
      <nav><a href="/">Home</a><a href="/buy">Buy now</a></nav>
      <script>alert("never")</script>
      <article><h2>Attention</h2><p>${sentence.repeat(8)}</p>
      <table><thead><tr><th>Model</th><th>Parameters</th></tr></thead>
      <tbody><tr><td>Aster-7B</td><td>7B</td></tr></tbody></table>
      <ul><li>Aster-7B has 32 layers.</li></ul></article>
      <footer>Subscribe to our letter</footer></body></html>`,
    );
    const document = await research(path);
    expect(document.source.url).toBe("https://example.org/on-aster");
    const all = texts(document).join("\n");
    expect(all).toContain("Aster-7B reads long texts well");
    expect(texts(document)).toContain("Aster-7B has 32 layers.");
    expect(htmlToMarkdown(await readFile(path, "utf8"), path).markdown).toContain(
      "| Aster-7B | 7B  |",
    );
    expect(all).not.toMatch(/Buy now|alert|Subscribe/);
  });

  it("may be a PDF: its lines as paragraphs, its larger ones as headings", async () => {
    const lines: PdfText[] = [
      { text: "Aster: a study", size: 20, y: 720 },
      { text: "Abstract", size: 14, y: 690 },
      { text: "Aster-7B was trained on 15 tril-", size: 11, y: 670 },
      { text: "lion tokens. It is small.", size: 11, y: 656 },
      { text: "Its window has 4,096 tokens.", size: 11, y: 620 },
    ];
    const path = await saved(
      "paper.pdf",
      buildPdf([lines, [{ text: "The end is near.", size: 11, y: 700 }]]),
    );
    const document = await research(`${path}=${PAPER_URL}`);
    expect(document.title).toBe("Aster: a study");
    expect(texts(document)).toEqual([
      "Aster-7B was trained on 15 trillion tokens. It is small.",
      "Its window has 4,096 tokens.",
      "The end is near.",
    ]);
    expect(document.blocks[0]?.headings).toContain("Abstract");
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ["a damaged PDF", "%PDF-1.7\nnothing", /cannot be read as PDF/],
    ["a PDF without text", buildPdf([[]]), /with text, found none: a scan/],
    ["a GGUF for a document", buildQwen3Model(), /binary data/],
    ["an empty web page", "<!doctype html><html><body> </body></html>", /found none/],
    [
      "elements nested too deep",
      `<!doctype html><html><body>${"<div>".repeat(20_000)}x</body></html>`,
      /nested up to 500 deep/,
    ],
  ])("is refused: %s", async (what, content, about) => {
    const path = await saved(`${what.replaceAll(" ", "-")}.bin`, content);
    await expect(research(`${path}=${PAPER_URL}`)).rejects.toThrow(about);
  });

  it("is taken from a directory, research of all kinds too", async () => {
    const inside = join(directory, "whole");
    await mkdir(join(inside, "research"), { recursive: true });
    await writeFile(join(inside, "README.md"), `---\nsource: ${CARD_URL}\n---\n${CARD.slice(20)}`);
    const page =
      '<html><head><link rel="canonical" href="https://e.org/a"></head><body><p>Aster is a model.</p></body></html>';
    await writeFile(join(inside, "research", "a.html"), page);
    await writeFile(
      join(inside, "research", "b.md"),
      "---\nsource: https://e.org/b\n---\nA note.\n",
    );
    const read = await readInput(inside);
    expect(read.research.map(({ source }) => source.url)).toEqual([
      "https://e.org/a",
      "https://e.org/b",
    ]);
  });
});

describe("a model", () => {
  const read = (input: string): Promise<Input> => {
    const env = {
      HF_ENDPOINT: hub.url,
      GGUFKIT_CACHE: join(directory, "cache"),
      HF_HOME: join(directory, "hf"),
    };
    return readInput(input, [], hubPlaces({ env, signal: new AbortController().signal }));
  };

  it("on the Hub has its card and its header read from there", async () => {
    const { card: document, header } = await read("hf:o/Aster-7B");
    expect(document.source.url).toBe(`${hub.url}/o/Aster-7B`);
    expect(texts(document)).toContain("Aster-7B answers questions.");
    expect(header).toMatchObject({ architecture: "qwen3", name: "Aster" });
  });

  it("without GGUF files has its card alone", async () => {
    expect((await read("hf:o/bare")).header).toBeUndefined();
  });

  it("in a file names its card itself", async () => {
    const path = await saved("named.gguf", modelNaming("https://huggingface.co/o/Aster-7B"));
    const { card: document, header } = await read(path);
    expect(document.source.url).toBe(`${hub.url}/o/Aster-7B`);
    expect(header?.name).toBe("Aster");
  });

  it("in a file that names none is refused", async () => {
    const path = await saved("nameless.gguf", modelNaming("https://example.org/x"));
    await expect(read(path)).rejects.toThrow(/nameless\.gguf: expected its metadata to name/);
  });
});
