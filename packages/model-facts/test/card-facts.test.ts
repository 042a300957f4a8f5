import { describe, expect, it } from "vitest";
import { type Attribute, cardFacts, type FactValues, subjectOf } from "../src/index.ts";
import { cardOf, exampleDocument } from "./example.ts";

function factsOf(markdown: string): Record<string, unknown> {
  const card = cardOf(markdown);
  const facts = cardFacts(card, subjectOf(card));
  return Object.fromEntries(facts.map(({ attribute, value }) => [attribute, value]));
}

const EXPECTED: { readonly [A in Attribute]?: FactValues[A] } = {
  "parameters.total": 235e9,
  "parameters.active": 22e9,
  "parameters.nonEmbedding": 234e9,
  layers: 94,
  "heads.query": 64,
  "heads.keyValue": 4,
  "experts.total": 128,
  "experts.active": 8,
  "context.native": 32_768,
  "context.extended": 131_072,
  "context.extensionMethod": "YaRN",
  quantizations: ["q4_K_M", "q5_0", "q5_K_M", "q6_K", "q8_0"],
  "split.count": 5,
  "split.prefix": "Qwen3-235B-A22B-Q4_K_M",
  "merge.command":
    "./llama-gguf-split --merge Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf Qwen3-235B-A22B-Q4_K_M.gguf",
  type: "Causal Language Models",
  task: "text-generation",
  "training.stage": "Pretraining & Post-training",
  license: "apache-2.0",
  baseModel: "Qwen/Qwen3-235B-A22B",
  "rope.command": "-c 131072 --rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768",
  "rope.factor": 4,
  "rope.originalContext": 32_768,
  "rope.hurtsShortTexts": true,
  "sampling.thinking": { temperature: 0.6, topP: 0.95, topK: 20, minP: 0, presencePenalty: 1.5 },
  "sampling.nonThinking": { temperature: 0.7, topP: 0.8, topK: 20, minP: 0, presencePenalty: 1.5 },
  "presencePenalty.quantized": 1.5,
  "output.usual": 32_768,
  "output.hard": 38_912,
  "thinking.switches": ["/think", "/no_think"],
  "thinking.templateVariable": "enable_thinking",
};

describe("cardFacts", async () => {
  const card = await exampleDocument("card.md");
  const facts = cardFacts(card, subjectOf(card));

  it.each(Object.entries(EXPECTED))(
    "finds %s in the card of Qwen3-235B-A22B",
    (attribute, value) => {
      const found = facts.filter((fact) => fact.attribute === attribute);
      expect(found.length).toBeGreaterThan(0);
      for (const fact of found) {
        expect(fact.value).toEqual(value);
        expect(fact.entity).toBe("Qwen3-235B-A22B");
        expect(fact.source).toBe(card.source);
      }
    },
  );

  it("tells where each stands, in the card's own words", () => {
    const layers = facts.find((fact) => fact.attribute === "layers");
    expect(layers?.where).toEqual({ line: 32, text: "Number of Layers: 94" });
    const license = facts.find((fact) => fact.attribute === "license");
    expect(license?.where).toEqual({ key: "license", text: "license: apache-2.0" });
  });

  it("leaves out what is said of another model, or under its heading", () => {
    const markdown =
      "# Aria2-7B-GGUF\n\n- Number of Layers: 32\n\n## Aria2-70B\n\n- Number of Experts: 64\n\nAria2-70B uses Temperature=1.5 and TopK=7.\n";
    expect(factsOf(markdown)).toEqual({ layers: 32 });
  });

  it("leaves out what is ambiguous rather than guess", () => {
    const markdown =
      "# Aria2-7B-GGUF\n\n- Number of Parameters: 7B or 9B\n- Context Length: 200K\n- Number of Layers: 24 encoder, 24 decoder\n- Quantization: see below\n- Number of Attention Heads: 32\n";
    expect(factsOf(markdown)).toEqual({ "heads.query": 32 });
  });

  it("reads labels, tables of properties, shares of experts and names of licenses", () => {
    const front = "license: other\nlicense_name: aria-1.0\nbase_model: [aria/Aria2-7B]\n";
    const markdown =
      "# Aria2-7B-GGUF\n\n**Model type:** decoder-only\n**Context window:** 128K tokens\n\n| Property | Value |\n| - | - |\n| Parameters | 12B (3B active) |\n| KV heads | 8 |\n";
    expect(factsOf(`---\n${front}---\n${markdown}`)).toEqual({
      license: "aria-1.0",
      baseModel: "aria/Aria2-7B",
      type: "decoder-only",
      "context.native": 131_072,
      "parameters.total": 12e9,
      "parameters.active": 3e9,
      "heads.keyValue": 8,
    });
  });

  it("finds nothing in a part's section, a merge's bases, a table of models, others' files", () => {
    const front = "license: other\nbase_model: [a/b, c/d]\n";
    const markdown =
      "# Aria2-7B-GGUF\n\n## Vision encoder\n\n- Number of Layers: 27\n\n## Files\n\n| Model | Value |\n| - | - |\n| Layers | 9 |\n\n```\nOther-9B-Q8_0-00001-of-00002.gguf\n```\n";
    expect(factsOf(`---\n${front}---\n${markdown}`)).toEqual({});
  });

  it.each([
    ["code", "## Sampler settings\n\n```\nTemperature: 1.05\nMin-P: 0.04\n```\n"],
    [
      "JSON",
      'Recommended parameters are:\n\n```json\n{ \n"min_p": 0.04,\n"temperature": 1.05\n}\n```\n',
    ],
    ["bullets", "Good defaults for chat are\n\n* `temperature=1.05`\n* `min_p=0.04`\n"],
  ])("reads settings listed in %s where they are recommended", (_way, list) => {
    const expected = { "sampling.general": { temperature: 1.05, minP: 0.04 } };
    expect(factsOf(`# Aria2-7B-GGUF\n\n${list}`)).toEqual(expected);
    const example = list.replace(
      /Sampler settings|Recommended parameters are|Good defaults for chat are/,
      "Usage",
    );
    expect(factsOf(`# Aria2-7B-GGUF\n\n${example}`)).toEqual({});
  });

  it.each([
    ["For reasoning mode, use", { "sampling.thinking": { temperature: 0.7, topP: 0.9 } }],
    ["For direct mode, use", { "sampling.nonThinking": { temperature: 0.7, topP: 0.9 } }],
    ["For creative mode, use", {}],
    ["For long answers, use", { "sampling.general": { temperature: 0.7, topP: 0.9 } }],
  ])("takes settings for the mode that they are for: %s", (words, expected) => {
    const markdown = `# Aria2-7B-GGUF\n\n${words} temperature=0.7 and top_p=0.9.\n`;
    expect(factsOf(markdown)).toEqual(expected);
  });

  it.each([
    ["many lists", "- temperature=0.5\n\nText.\n\n".repeat(20_000)],
    ["one long list", "- temperature=0.5\n".repeat(20_000)],
    ["many averages", "Average: 1.5\n\n".repeat(20_000)],
  ])("takes %s in its stride", (_what, list) => {
    const start = performance.now();
    factsOf(`# Aria2-7B-GGUF\n\n## Results and settings\n\n${list}`);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it("reads what trainers write: results, hyperparameters, tags, pooling", () => {
    const front = "tags: [dataset_size:186420, loss:TripletLoss]\n";
    const markdown =
      "# Aria2-7B-GGUF\n\nIt achieves the following results on the evaluation set:\n- Loss: 0.1874\n- F1: 0.8922\n\n### Training hyperparameters\n\n- learning_rate: 3e-05\n- max_steps: -1\n\n```\nPooling({'pooling_mode_mean_tokens': True})\n```\n";
    const made = cardOf(`---\n${front}---\n${markdown}`);
    expect(
      cardFacts(made, subjectOf(made)).map(({ attribute, value }) => [attribute, value]),
    ).toEqual([
      ["training.samples", 186_420],
      ["training.losses", ["TripletLoss"]],
      ["training.setting", { name: "learning rate", value: "3e-05" }],
      ["embedding.pooling", "mean"],
      ["benchmark", { name: "Loss", score: "0.1874" }],
      ["benchmark", { name: "F1", score: "0.8922" }],
    ]);
  });

  it("reads sections under bold lines, and tables below them", () => {
    const markdown =
      "# Aria2-7B-GGUF\n\n**Supported Languages:**\nEnglish, German and Dutch. Others may be added.\n\n**Evaluation Results:**\n\n| Benchmark | Aria2-7B |\n| - | - |\n| MMLU | 61.8 |\n";
    expect(factsOf(markdown)).toEqual({
      languages: ["English", "German", "Dutch"],
      benchmark: { name: "MMLU", score: "61.8" },
    });
  });

  it("makes a license's name of its slug", () => {
    expect(factsOf("---\nlicense: other\nlicense_name: aria-community\n---\nText.\n")).toEqual({
      license: "Aria Community License",
    });
  });

  it("takes settings of a test for no advice", () => {
    const markdown =
      "# Aria2-7B-GGUF\n\nWe evaluated with Temperature=0 and TopP=1.\n\nWe recommend Temperature=0.5 and TopP=0.9.\n";
    expect(factsOf(markdown)).toEqual({ "sampling.general": { temperature: 0.5, topP: 0.9 } });
  });

  it("reads front matter of odd types without harm", () => {
    const front = "license: [mit, apache-2.0]\nbase_model: {a: 1}\npipeline_tag: 7\n__proto__: x\n";
    expect(factsOf(`---\n${front}---\n# Aria2-7B-GGUF\n\nText.\n`)).toEqual({
      license: "mit, apache-2.0",
    });
  });
});
