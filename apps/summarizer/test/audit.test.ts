import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, parseDocument } from "@ggufkit/model-facts";
import { describe, expect, it } from "vitest";
import { auditSummary } from "../src/audit/audit.ts";
import { renderMarkdown } from "../src/markdown.ts";
import { summarize } from "../src/summarize.ts";
import {
  audit,
  BLOG_URL,
  CARD_URL,
  PAPER_URL,
  REPORT_URL,
  RIGHT,
  RUNTIME_URL,
  verdictOf,
} from "./audit-sample.ts";

describe("claims that the sources support", () => {
  it.each(RIGHT)("%s", (sentence) => {
    const { verdict, claims } = verdictOf(sentence);
    expect(claims.filter((claim) => claim.verdict !== "supported")).toEqual([]);
    expect(verdict).toBe("supported");
  });

  it("names the place that says it", () => {
    const { claims } = verdictOf("It has 48 layers.");
    expect(claims[0]?.evidence[0]).toMatchObject({
      text: "Number of Layers: 48",
      line: 18,
      source: { url: CARD_URL },
    });
  });
});

/** A slip, its verdict, what its evidence has, and what is right instead. */
const SLIPS: readonly (readonly [
  slip: string,
  verdict: string,
  evidence: RegExp,
  right: string,
])[] = [
  [
    "The context window reaches 512K tokens.",
    "other-entity",
    /Long-0911 reads 512K/,
    "The context window reaches 131K tokens with LongRoPE.",
  ],
  [
    "The model extrapolates reliably to sequences longer than any seen in training.",
    "other-entity",
    /OpenMoor models extrapolate/,
    "LongRoPE lets OpenMoor models extrapolate to sequences longer than seen in training.",
  ],
  [
    "It supports agents that search, plan and execute code in a sandbox.",
    "unsupported",
    /.*/,
    "It suits agents that search and plan.",
  ],
  [
    "Heron2 base models are on par with similarly-sized dense models.",
    "contradicted",
    /parity with earlier dense Heron1/,
    "Heron2 base models are on par with earlier dense Heron1 models.",
  ],
  [
    "The files are quantized to 1.58–8 bits.",
    "other-entity",
    /ternary files of 1\.58 bits/,
    "The files are quantized to 4–8 bits.",
  ],
  [
    "Heron2 is a multimodal model.",
    "contradicted",
    /text-generation|Causal/,
    "Heron2 is a causal language model.",
  ],
  [
    "Users set the length of the thoughts with `/ponder` and `/no_ponder`.",
    "contradicted",
    /switch the thinking mode/,
    "Users switch the thinking mode with `/ponder` and `/no_ponder`.",
  ],
  ["It has 40 layers.", "contradicted", /Layers: 48/, "It has 48 layers."],
  [
    "It has 8 query heads and 40 KV heads.",
    "contradicted",
    /40 for Q and 8 for KV/,
    "It has 40 query heads and 8 KV heads.",
  ],
  [
    "All 96 experts are active for each token.",
    "contradicted",
    /Activated Experts: 6/,
    "6 of 96 experts are active.",
  ],
  [
    "The native context length is 131,072 tokens.",
    "contradicted",
    /32,768 natively/,
    "The native context length is 32,768 tokens.",
  ],
  [
    "Heron2 covers more than 84 languages.",
    "contradicted",
    /84 languages/,
    "Heron2 covers 84 languages.",
  ],
  [
    "It needs at least 16,384 tokens of output for most queries.",
    "contradicted",
    /16,384/,
    "It needs 16,384 tokens of output for most queries.",
  ],
  [
    "It was trained on 32,768 tokens.",
    "contradicted",
    /21 trillion/,
    "It was trained on 21 trillion tokens.",
  ],
  ["Use greedy decoding.", "contradicted", /DO NOT use greedy/, "Never use greedy decoding."],
  [
    "Post-training never merges thinking and answering.",
    "contradicted",
    /merges thinking and answering/,
    "Post-training merges thinking and answering.",
  ],
  [
    "It is licensed under the MIT license.",
    "contradicted",
    /apache-2\.0/,
    "It is licensed under Apache 2.0.",
  ],
  [
    "In non-thinking mode, use temperature 0.6.",
    "contradicted",
    /Temperature=0\.8/,
    "In non-thinking mode, use temperature 0.8.",
  ],
  ["Heron2-3B outperforms Heron1-30B.", "contradicted", /rivals/, "Heron2-3B rivals Heron1-30B."],
  ["Heron2-3B has 48 layers.", "other-entity", /Layers: 48/, "Heron2-52B-A6B has 48 layers."],
  [
    "The model never writes thoughts.",
    "other-entity",
    /Long-0911/,
    "Heron2-52B-A6B-Long-0911 never writes thoughts.",
  ],
  ["Training ran on 4,096 H100 GPUs.", "unsupported", /.*/, "Training took 21 trillion tokens."],
  [
    "Post-training has five stages.",
    "contradicted",
    /four stages/,
    "Post-training has four stages.",
  ],
  [
    "The model only thinks in 84 languages.",
    "contradicted",
    /.*/,
    "The model covers 84 languages.",
  ],
];

describe("slips, each with what is right instead", () => {
  it.each(SLIPS)("%s", (slip, verdict, evidence, right) => {
    const found = verdictOf(slip);
    expect(found.verdict).toBe(verdict);
    const texts = found.claims.flatMap((claim) => claim.evidence.map(({ text }) => text));
    if (verdict !== "unsupported") expect(texts.join("\n")).toMatch(evidence);
    expect(verdictOf(right).verdict).toBe("supported");
  });

  it.each([
    ["Heron2-52B-A6B is a language model with 48 parameters.", "parameters"],
    ["It has 52B layers.", "layers"],
    ["It has 6B experts.", "experts"],
    ["Its context window is 21 trillion tokens.", "context"],
  ])("a count of another thing: %s", (sentence, name) => {
    const { verdict, claims } = verdictOf(sentence);
    expect(verdict).toBe("contradicted");
    expect(claims.map(({ why }) => why).join()).toMatch(new RegExp(`^${name}: the source has`));
  });

  it.each([
    "Even the small Heron2-3B rivals the much larger Heron1-30B on mathematics.",
    "DO NOT use greedy decoding, as it can lead to endless repetitions.",
    "Post-training has four stages and merges thinking and answering at the level of the weights.",
  ])("takes a source at its word: %s", (sentence) => {
    const { claims } = verdictOf(sentence);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter(({ verdict }) => verdict !== "supported")).toEqual([]);
  });

  it("finds what is wrong in a heading", () => {
    const { claims } = audit("# Heron2\n\n## Multimodal reach\n\nIt has 48 layers.");
    expect(claims[1]).toMatchObject({ line: 3, verdict: "contradicted", aspect: "scope" });
  });

  it("finds the wrong half of a sentence, and passes the right one", () => {
    const { claims } = audit("It has 48 layers; its vocabulary holds 999,999 entries.");
    expect(claims.map(({ verdict }) => verdict)).toEqual(["supported", "unsupported"]);
  });
});

describe("links", () => {
  const LINKED: readonly (readonly [sentence: string, right: string, wrong: string])[] = [
    ["It has 96 experts, 6 of them activated", CARD_URL, REPORT_URL],
    ["Pretraining took 21 trillion tokens", BLOG_URL, CARD_URL],
    ["Language coverage grew from 21 to 84 languages", REPORT_URL, BLOG_URL],
    ["tern.run runs on CUDA, ROCm and Vulkan", RUNTIME_URL, PAPER_URL],
    ["LongRoPE needs 8x fewer training steps", PAPER_URL, CARD_URL],
  ];

  it.each(LINKED)("%s", (sentence, right, wrong) => {
    expect(verdictOf(`${sentence} ([source](${right})).`).verdict).toBe("supported");
    const { verdict, claims } = verdictOf(`${sentence} ([source](${wrong})).`);
    expect(verdict).toBe("wrong-source");
    expect(claims.map(({ why }) => why).join()).toContain(right);
  });

  it("takes one right link of several, and the link of a section", () => {
    const both = `It has 48 layers ([blog](${BLOG_URL}), [card](${CARD_URL})).`;
    expect(verdictOf(both).verdict).toBe("supported");
    const { findings } = audit(`## Facts\n\nSource: [card](${CARD_URL})\n\n- It has 48 layers.`);
    expect(findings).toEqual([]);
    const wrong = audit(`## Facts\n\nSource: [blog](${BLOG_URL})\n\n- It has 48 layers.`);
    expect(wrong.findings.map(({ code, line }) => [code, line])).toEqual([["wrong-source", 5]]);
  });

  it("knows one address in several spellings", () => {
    const { findings } = audit(
      `It grew from 21 to 84 languages ([report](http://www.arxiv.org/pdf/2611.00042v2)).`,
    );
    expect(findings).toEqual([]);
  });

  it("reports links to no source, and malformed ones, each with its line", () => {
    const { findings } = audit(
      "It has 48 layers ([wiki](https://elsewhere.example/heron)).\n\nIt has 96 experts [card](notes.md).\n\nIt has 96 experts ([card](https://a.example",
    );
    expect(findings.map(({ code, line }) => [code, line])).toEqual(
      expect.arrayContaining([
        ["link-no-source", 1],
        ["link-malformed", 3],
        ["link-malformed", 5],
      ]),
    );
  });
});

describe("a page of our own", () => {
  it("comes out clean", async () => {
    const directory = fileURLToPath(new URL("../../../examples/qwen3-235b-a22b", import.meta.url));
    const read = async (path: string, role: "card" | "research"): Promise<Document> =>
      parseDocument(await readFile(join(directory, path), "utf8"), { name: path, role });
    const card = await read("card.md", "card");
    const names = (await readdir(join(directory, "research"))).toSorted();
    const research = await Promise.all(names.map((name) => read(`research/${name}`, "research")));
    const range = { least: 300, most: 500 };
    const writing = summarize({ card, research }, { range, seed: 0 });
    let step = await writing.next();
    while (step.done !== true) step = await writing.next();
    const { page, evidence } = step.value;
    const sources = { ...evidence, documents: [card, ...research] };
    expect(auditSummary(renderMarkdown(page), sources, { range }).findings).toEqual([]);
  });
});
