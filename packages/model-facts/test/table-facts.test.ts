import { describe, expect, it } from "vitest";
import { cardFacts, type Fact, subjectOf } from "../src/index.ts";
import { cardOf } from "./example.ts";

/** Facts of a card of Aria2-7B-GGUF with this text below its title. */
function factsOf(markdown: string): Fact[] {
  const card = cardOf(`# Aria2-7B-GGUF\n\n${markdown}\n`);
  return cardFacts(card, subjectOf(card));
}

function valuesOf(markdown: string): [string, unknown][] {
  return factsOf(markdown).map(({ attribute, value }) => [attribute, value]);
}

describe("tables of several models", () => {
  it("give the model's own row", () => {
    const table =
      "| Model | Params | Layers | Context |\n|-|-|-|-|\n| Aria2-1B | 1.2B | 22 | 32K |\n| **Aria2-7B** | 7.4B | 44 | 128K |\n";
    expect(valuesOf(table)).toEqual([
      ["parameters.total", 7.4e9],
      ["layers", 44],
      ["context.native", 131_072],
    ]);
  });

  it("give the model's own column, with metric, setting and mode", () => {
    const table =
      "## Results\n\n| Category | Benchmark | # Shots | Metric | Aria2-7B (thinking) | Aria2-70B |\n|-|-|-|-|-|-|\n| Math | MATH | 4 | exact match | 63.8 | 78.0 |\n| Code | HumanEval | | | 50 to 60 | 80.1 |\n";
    expect(valuesOf(table)).toEqual([
      [
        "benchmark",
        { name: "MATH", score: "63.8", metric: "exact match", setting: "4-shot, thinking" },
      ],
    ]);
  });

  it("give the row of the model's size, if it stands there once and no name does", () => {
    const head = "| | Params | Context length | GPU hours |\n|-|-|-|-|\n";
    const own = "| Aria2 | 7B | 128K | 1.46M |\n";
    expect(valuesOf(`${head}| Aria2 | 1B | 32K | 0.1M |\n${own}`)).toEqual([
      ["parameters.total", 7e9],
      ["context.native", 131_072],
      ["training.gpuHours", 1.46e6],
    ]);
    expect(valuesOf(`${head}${own}${own}`)).toEqual([]);
    expect(valuesOf(`${head}| Aria1 | 7B | 32K | 0.1M |\n`)).toEqual([]);
    expect(valuesOf(`${head}| Aria2 | 70B | 32K | 0.1M |\n`)).toEqual([]);
  });

  it("give nothing where the model is not named, or twice, or only a sibling is", () => {
    const head = "## Results\n\n| Model | MMLU |\n|-|-|\n";
    expect(valuesOf(`${head}| Aria2-70B | 78.0 |\n`)).toEqual([]);
    expect(valuesOf(`${head}| Aria2-7B | 61.0 |\n| Aria2-7B | 62.0 |\n`)).toEqual([]);
    expect(valuesOf("## Results\n\n| Benchmark | Aria2-70B |\n|-|-|\n| MMLU | 78.0 |\n")).toEqual(
      [],
    );
  });

  it("give the column of the model's size", () => {
    const table =
      "| Model | 1B MoE | 7B Dense |\n|-|-|-|\n| Number of layers | 22 | **42** |\n| # Training tokens | 9T | **13T** |\n";
    expect(valuesOf(table)).toEqual([
      ["layers", 42],
      ["training.tokens", 13e12],
    ]);
    expect(valuesOf(table.replace("7B Dense", "8B Dense"))).toEqual([]);
  });

  it("give each of a cell's values", () => {
    const table =
      "## Results\n\n| Topic | Bench | Other | Aria2-7B |\n|-|-|-|-|\n| Math | AIME<br>MATH | 74.5<br>96.1 | 84.2<br>94.8 |\n";
    expect(valuesOf(table)).toEqual([
      ["benchmark", { name: "AIME", score: "84.2" }],
      ["benchmark", { name: "MATH", score: "94.8" }],
    ]);
  });

  it("give the row that the card marks as its own", () => {
    const table =
      "## Results\n\n| Model | MMLU |\n|-|-|\n| original | 68.4 |\n| **tuned (this)** | 68.0 |\n";
    expect(valuesOf(table)).toEqual([["benchmark", { name: "MMLU", score: "68.0" }]]);
  });

  it("give no score of the base that a tuned model was made from", () => {
    const base = "| Benchmark | Aria-7B |\n|-|-|\n| MMLU | 54.0 |\n| Layers | 44 |\n";
    const tuned = "| Benchmark | Aria-7B-Instruct |\n|-|-|\n| MMLU | 61.0 |\n";
    const card = cardOf(
      `## Results\n\n${base}\n${tuned}`,
      "https://huggingface.co/aria/Aria-7B-Instruct",
    );
    expect(cardFacts(card, subjectOf(card)).map(({ value }) => value)).toEqual([
      44,
      { name: "MMLU", score: "61.0" },
    ]);
  });

  it("take turns, a few rows of each", () => {
    const table = (name: string): string =>
      `| ${name} | Aria2-7B |\n|-|-|\n${[1, 2, 3, 4].map((at) => `| ${name}${at} | ${at}.0 |\n`).join("")}\n`;
    const names = factsOf(`## Results\n\n${table("Text")}${table("Image")}`).map(
      ({ value }) => (value as { name: string }).name,
    );
    expect(names.join(" ")).toBe("Text1 Text2 Text3 Image1 Image2 Image3 Text4 Image4");
  });

  it("take a number for a score only among results", () => {
    const table = "| Step | Aria2-7B |\n|-|-|\n| Checkpoint | 4000 |\n";
    expect(valuesOf(`## Training\n\n${table}`)).toEqual([]);
    expect(valuesOf(`## Evaluation\n\n${table}`)).toHaveLength(1);
  });

  it("know a model by a shortened name, if no other cell fits better", () => {
    const card = cardOf(
      "---\nsource: https://huggingface.co/aria/Aria-Small-3.2-24B-Instruct-2606\n---\n## Results\n\n| Model | IFEval |\n|-|-|\n| Small 3.1 24B Instruct | 82.7% |\n| **Small 3.2 24B Instruct** | 84.8% |\n",
    );
    const subject = {
      name: "Aria-Small-3.2-24B-Instruct-2606",
      model: "Aria-Small-3.2-24B-Instruct-2606",
      family: "Aria-Small-3.2",
    };
    expect(cardFacts(card, subject).map(({ value }) => value)).toEqual([
      { name: "IFEval", score: "84.8%" },
    ]);
  });
});

describe("other tables", () => {
  it("of files give quantizations and sizes", () => {
    const table =
      "| Filename | Quant type | File Size | Description |\n|-|-|-|-|\n| [a.gguf](x) | Q4_K_M | 4.92GB | good |\n| [b.gguf](x) | mmproj | 1.1GB | no quantization |\n";
    expect(valuesOf(table)).toEqual([["file", { quantization: "Q4_K_M", size: "4.92 GB" }]]);
  });

  it("of properties need no head, and may hold what there is no rule for", () => {
    const table = "| | |\n|-|-|\n| Parameters | 335M |\n| Pooling | mean |\n| State size | 128 |\n";
    expect(valuesOf(table)).toEqual([
      ["parameters.total", 335e6],
      ["embedding.pooling", "mean"],
      ["property", { name: "State size", value: "128" }],
    ]);
  });

  it("of tests name their metric", () => {
    const table = "## Results\n\n| Test set | WER (%) |\n|-|-|\n| clean | 1.7 |\n";
    expect(valuesOf(table)).toEqual([
      ["benchmark", { name: "clean", score: "1.7", metric: "WER (%)" }],
    ]);
  });

  it("in other languages are read with their numbers", () => {
    const german =
      "| Eigenschaft | Wert |\n|-|-|\n| Parameter | 7,3 Mrd. |\n| Kontextlänge | 32.768 Token |\n| Trainingsdaten | 1,8 Bio. Token |\n";
    expect(valuesOf(german)).toEqual([
      ["parameters.total", 7.3e9],
      ["context.native", 32_768],
      ["training.tokens", 1.8e12],
    ]);
    const chinese = "| 属性 | 值 |\n|-|-|\n| 参数量 | 130 亿 |\n| 训练数据 | 2.6 万亿 token |\n";
    expect(valuesOf(chinese)).toEqual([
      ["parameters.total", 13e9],
      ["training.tokens", 2.6e12],
    ]);
  });

  it("take time linear in their size", () => {
    const rows = "| Aria2-70B | 1 | 2 |\n".repeat(20_000);
    const start = performance.now();
    expect(valuesOf(`| Model | A | B |\n|-|-|-|\n${rows}`)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
