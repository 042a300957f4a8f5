import type { FactValues } from "@ggufkit/model-facts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { furtherLines, openingLines, specificationLines, usageLines } from "../src/templates.ts";
import type { Line } from "../src/page.ts";
import { sheetOf, SUBJECT } from "./sample.ts";

const ALL: FactValues = {
  "parameters.total": 235_093_634_560,
  "parameters.active": 22_190_763_008,
  "parameters.nonEmbedding": 234e9,
  layers: 94,
  "heads.query": 64,
  "heads.keyValue": 4,
  "experts.total": 128,
  "experts.active": 8,
  "context.native": 32_768,
  "context.extended": 131_072,
  "context.extensionMethod": "YaRN",
  "context.header": 40_960,
  quantizations: ["q4_K_M", "q8_0"],
  "split.count": 5,
  "split.prefix": "Aria2-7B-Q4_K_M",
  type: "Causal Language Models",
  task: "text-generation",
  "training.stage": "Pretraining & Post-training",
  license: "apache-2.0",
  baseModel: "Aria/Aria2-7B",
  architecture: "aria2",
  "rope.command": "--rope-scaling yarn --rope-scale 4",
  "rope.factor": 4,
  "rope.originalContext": 32_768,
  "rope.hurtsShortTexts": true,
  "sampling.thinking": { temperature: 0.6, topP: 0.95, topK: 20, minP: 0, presencePenalty: 1.5 },
  "sampling.nonThinking": { temperature: 0.7, topP: 0.8 },
  "sampling.general": { temperature: 1 },
  "presencePenalty.quantized": 1.5,
  "output.usual": 32_768,
  "output.hard": 38_912,
  "thinking.switches": ["/think", "/no_think"],
  "thinking.templateVariable": "enable_thinking",
  "merge.command": "llama-gguf-split --merge a b",
  file: { quantization: "Q4_K_M", size: "4.9 GB" },
  vocabulary: 151_936,
  "hidden.size": 4096,
  "embedding.dimensions": 1024,
  "embedding.pooling": "mean",
  kind: "sparse language model",
  developer: "Aria Lab",
  "release.date": "14 March 2026",
  languages: ["English", "Swedish"],
  "languages.count": 24,
  "modalities.input": "Text, images",
  "modalities.output": "Text",
  "audio.samplingRate": 16_000,
  "image.resolution": "1024x1024",
  "image.steps": 28,
  "image.guidance": 4.5,
  "training.tokens": 14.8e12,
  "training.gpuHours": 1.46e6,
  "training.samples": 186_420,
  "training.losses": ["TripletLoss"],
  "training.setting": { name: "learning rate", value: "3e-05" },
  "output.most": 8192,
  "prompt.format": "ChatML",
  tuning: "instruction-tuned",
  "training.cutoff": "June 2025",
  "training.datasets": ["aria/songs"],
  mergedModels: ["Aria/A", "Aria/B"],
  "merge.method": "DARE-TIES",
  benchmark: { name: "MMLU", score: "61.8", setting: "5-shot" },
  property: { name: "State size", value: "128" },
  "thinking.leftOutOfHistory": true,
};

function linesOf(values: Partial<FactValues>): Line[] {
  const sheet = sheetOf(values);
  return [
    ...openingLines(sheet, SUBJECT),
    ...specificationLines(sheet),
    ...usageLines(sheet),
    ...furtherLines(sheet),
  ];
}

function texts(values: Partial<FactValues>): string[] {
  return linesOf(values).map(({ label, text }) => (label ? `${label}: ${text}` : text));
}

describe("the templates", () => {
  it("say all facts", () => {
    expect(texts(ALL)).toEqual([
      "**Aria2-7B-GGUF** is a causal language model with 235B parameters, of which 22.2B are activated.",
      "It packages Aria/Aria2-7B as GGUF files and is licensed under Apache-2.0.",
      "Of interest to researchers: it merges Aria/A and Aria/B, switches between thinking and non-thinking mode and reaches a context of 131,072 tokens with YaRN.",
      "Parameters: 235B in total, 22.2B activated and 234B without embeddings.",
      "Architecture: 94 layers, grouped-query attention with 64 query heads and 4 KV heads.",
      "Mixture of experts: 128 experts, 8 of them activated.",
      "Context: 32,768 tokens natively, 131,072 tokens with YaRN.",
      "Vocabulary: 151,936; hidden size 4,096.",
      "Embeddings: 1,024 dimensions, mean pooling.",
      "Input and output: takes text, images; audio at 16 kHz; gives text.",
      "Images: resolution 1024x1024, 28 steps, guidance scale 4.5.",
      "Languages: 24 languages: English and Swedish.",
      "Training: pretraining & post-training; 14.8T tokens; 186,420 samples; loss TripletLoss; 1.46M GPU hours; data sets aria/songs; knowledge cutoff June 2025.",
      "Merged from: Aria/A and Aria/B with DARE-TIES.",
      "Further properties: state size 128.",
      "Files: `Q4_K_M` 4.9 GB.",
      "Results: MMLU (5-shot) 61.8.",
      "Release: 14 March 2026; developed by Aria Lab.",
      "Long texts: `--rope-scaling yarn --rope-scale 4` turns YaRN on in llama.cpp; the scaling is static, which potentially impacts performance on shorter texts.",
      "Thinking mode: temperature 0.6, top-p 0.95, top-k 20, min-p 0 and presence penalty 1.5.",
      "Non-thinking mode: temperature 0.7 and top-p 0.8.",
      "Sampling: temperature 1.",
      "Output length: 32,768 tokens for most queries, 38,912 tokens for highly complex problems.",
      "Prompt format: ChatML.",
      "Mode switch: `/think` and `/no_think` in a user or system message switch between thinking and non-thinking mode from turn to turn.",
      "History: earlier turns keep their final answers without the thinking content.",
      "Split files: `Aria2-7B-Q4_K_M` comes in 5 shards; the card merges them with `llama-gguf-split --merge`.",
      "Training settings: learning rate 3e-05.",
    ]);
  });

  it("leave no hole where facts are missing", () => {
    fc.assert(
      fc.property(fc.subarray(Object.entries(ALL)), (some) => {
        for (const line of linesOf(Object.fromEntries(some))) {
          expect(line.text).not.toMatch(/undefined|NaN|null|\[object| {2}|^[ ,.]|[ ,(]\.|, ,|``/);
          expect(line.text).toMatch(/\w.*\.$/);
          expect(line.evidence.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("say nothing without a fact", () => {
    expect(texts({})).toEqual([]);
    expect(texts({ quantizations: [], "sampling.general": {}, "thinking.switches": [] })).toEqual(
      [],
    );
  });

  it("call attention by its kind only where the heads tell it", () => {
    expect(texts({ "heads.query": 16, "heads.keyValue": 16 })).toEqual([
      "Architecture: 16 query heads and 16 KV heads.",
    ]);
    expect(texts({ "heads.query": 16, "heads.keyValue": 1 })).toEqual([
      "Architecture: 16 query heads and 1 KV head.",
    ]);
    expect(texts({ layers: 28 })).toEqual(["Architecture: 28 layers."]);
  });

  it("write text that no source can turn into markup", () => {
    const [opening, from] = texts({ type: "<b>[x](y)</b>", license: "[mit](z)", baseModel: "a*b" });
    expect(opening).toBe("**Aria2-7B-GGUF** is a \\<b\\>\\[x\\](y)\\</b\\> model.");
    expect(from).toContain("a\\*b");
    expect(texts({ "rope.command": "a` [x](y) `b\nc" })[0]).toContain("`a' [x](y) 'b c`");
  });

  it("carry the facts that they say, and those alone", () => {
    const [line] = linesOf({ "experts.total": 128, "experts.active": 8, layers: 2 }).filter(
      ({ label }) => label === "Mixture of experts",
    );
    expect(line?.evidence.map((fact) => ("attribute" in fact ? fact.attribute : ""))).toEqual([
      "experts.total",
      "experts.active",
    ]);
  });
});
