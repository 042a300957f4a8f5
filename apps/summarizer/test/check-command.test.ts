import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildQwen3Model } from "@ggufkit/fixtures";
import { InvalidInputError } from "@ggufkit/terminal";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { checkCommand } from "../src/audit/check-command.ts";

const CARD = `---
source: https://huggingface.co/lumen/Heron2-52B
license: apache-2.0
---

# Heron2-52B

- Number of Layers: 48
- Context Length: 32,768 tokens
`;

const RIGHT =
  "The model has 48 layers and a context of 32,768 tokens under the Apache 2.0 license.\n";
const WRONG = "The model has 50 layers.\n\nIts context is 32,768 tokens.\n";

let directory = "";
let card = "";
let printed = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-check-"));
  card = await written("card.md", CARD);
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text, ...rest) => {
    printed += String(text);
    for (const done of rest) if (typeof done === "function") done();
    return true;
  });
  return () => vi.restoreAllMocks();
});

async function written(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function check(...words: string[]): Promise<unknown> {
  const context = { env: { NO_COLOR: "1" }, signal: new AbortController().signal };
  const command = checkCommand(context)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parseAsync(words, { from: "user" }).catch((error: unknown) => error);
}

describe("check", () => {
  it("passes a summary that is right", async () => {
    const summary = await written("right.md", RIGHT);
    expect(await check(summary, "--card", card, "--words", "5-50")).not.toBeInstanceOf(Error);
    expect(printed).toContain("nothing wrong");
    expect(printed).toMatch(/supported +\d/);
  });

  it("shows what is wrong, where, and what the source says, and ends as an invalid input", async () => {
    const summary = await written("wrong.md", WRONG);
    const error = await check(summary, "--card", card, "--words", "5-50");
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain("1 contradicted");
    expect(printed).toMatch(/^line 1 +contradicted +layers: the source has 48, not 50$/m);
    expect(printed).toContain("model card:8: Number of Layers: 48");
    expect(printed).not.toContain("line 3");
  });

  it("prints the whole audit as JSON", async () => {
    const summary = await written("wrong.md", WRONG);
    expect(await check(summary, "--card", card, "--words", "50-60", "--json")).toBeInstanceOf(
      InvalidInputError,
    );
    const document: unknown = JSON.parse(printed);
    expect(document).toMatchObject({
      ok: false,
      words: 10,
      range: { least: 50, most: 60 },
      counts: { supported: 1, contradicted: 1 },
      findings: [
        { code: "words", line: null },
        { code: "contradicted", line: 1, evidence: [{ line: 8, text: "Number of Layers: 48" }] },
      ],
      claims: [
        { verdict: "contradicted", aspect: "fact" },
        { verdict: "supported", line: 3 },
      ],
    });
  });

  it("believes research documents with their addresses, and a GGUF before the card", async () => {
    const paper = await written("paper.md", "Heron2 was trained on 9 trillion tokens.\n");
    const claim = "Heron2 was trained on 9 trillion tokens ([paper](https://lumen.example/paper)).";
    const summary = await written("claim.md", claim);
    const words = ["--card", card, "--words", "1-50"];
    expect(await check(summary, ...words)).toBeInstanceOf(InvalidInputError);
    const research = ["--research", `${paper}=https://lumen.example/paper`];
    expect(await check(summary, ...words, ...research)).not.toBeInstanceOf(Error);
    const gguf = await written("model.gguf", buildQwen3Model({ contextLength: 2048 }));
    const right = await written("right.md", RIGHT);
    expect(await check(right, ...words, "--gguf", gguf)).toBeInstanceOf(InvalidInputError);
    expect(printed).toMatch(/contradicted +layers: the source has \d+, not 48/);
  });

  it.each([
    ["no summary", "missing.md", "no such file"],
    ["a directory", ".", "no regular file"],
    ["a binary", "binary.md", "NUL"],
  ])("says what is wrong with %s", async (_, name, reason) => {
    await written("binary.md", new Uint8Array([71, 71, 0, 1]));
    const error = await check(join(directory, name), "--card", card);
    expect(error).toMatchObject({ name: "SummarizerError", code: "unreadable" });
    expect(String(error)).toContain(reason);
  });

  it("needs a card, and a range of words that is one", async () => {
    const summary = await written("right.md", RIGHT);
    expect(await check(summary)).toMatchObject({ exitCode: 1 });
    expect(String(await check(summary, "--card", card, "--words", "9"))).toContain("--words");
  });

  it("lets nothing of a summary reach the terminal as it is", async () => {
    const summary = await written("hostile.md", "The model has 50 \u001b[31mlayers\u0007.\n");
    await check(summary, "--card", card);
    expect(printed).not.toContain("\u001b");
    expect(printed).not.toContain("\u0007");
  });
});
