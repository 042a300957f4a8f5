import { parseDocument } from "@ggufkit/model-facts";
import { describe, expect, it } from "vitest";
import { audit } from "./audit-sample.ts";

const CARD = parseDocument(
  `---
source: https://huggingface.co/lumen/Heron2-52B
---

# Heron2-52B

## Results

| Benchmark | Setting | Heron2-3B | Heron2-52B | ibis-large-v2 |
|---|---|---|---|---|
| MMLU | 5-shot | 61.4 | 79.2 | 77.7 |
| GSM8K | 8-shot | 55.0 | 88.1 | 86.3 |
| MATH (pass@4) | 4-shot | 31.0 | 62.8 | 60.9 |

## Files

| Filename | Quant type | File Size |
|---|---|---|
| Heron2-52B-Q8_0.gguf | Q8_0 | 55.1GB |
| Heron2-52B-Q4_K_M.gguf | Q4_K_M | 31.5GB |

## Family

| Model | Layers | Trained on |
|---|---|---|
| Heron2-3B | 28 | 7T tokens |
| Heron2-52B | 48 | 21T tokens |

## Hardware

| | Params | Windows of training |
|---|---|---|
| Heron2 | 3B | 4,096 tokens |
| Heron2 | 52B | 8,192 tokens |
`,
  { name: "card", role: "card" },
);

function verdictsOf(sentence: string): string[] {
  return audit(sentence, [CARD]).claims.map(({ verdict }) => verdict);
}

const SIZES = parseDocument(
  `---
source: https://huggingface.co/lumen/Heron2-7B-Instruct
base_model: lumen/Heron2-7B
---

# Heron2

The 30B model saw 16 trillion tokens, and the 7B model saw 11 trillion tokens.

It was cut from Ibis-12B, which has 62 layers. Its corpus extends that of Ibis1 (which saw 4.3T tokens).

| Model | 7B Dense | 30B Dense |
|---|---|---|
| Number of layers | 28 | 48 |

| Model | MMLU | GSM8K |
|---|---|---|
| Heron2-7B | 54.0 | 30.2 |
| Vox-4 mini | 81.7 | 93.0 |
| Heron2-7B-Instruct | 61.3 | 72.5 |

\`\`\`python
set_seed(42)
\`\`\`
`,
  { name: "card", role: "card" },
);

describe("what stands beside the model's own", () => {
  it.each([
    ["It was trained on 11 trillion tokens.", "supported"],
    ["It was trained on 16 trillion tokens.", "other-entity"],
    ["It has 28 layers.", "supported"],
    ["It has 48 layers.", "other-entity"],
    ["It has 62 layers.", "other-entity"],
    ["It saw 4.3T tokens.", "other-entity"],
    ["It scores 61.3 on MMLU.", "supported"],
    ["It scores 54.0 on MMLU.", "other-entity"],
    ["It scores 81.7 on MMLU.", "other-entity"],
    ["It has 42 layers.", "contradicted"],
  ])("%s", (sentence, verdict) => {
    expect(audit(sentence, [SIZES]).claims.map(({ verdict: found }) => found)).toEqual([verdict]);
  });
});

describe("tables", () => {
  it.each([
    ["It scores 79.2 on MMLU and 88.1 on GSM8K.", "supported"],
    ["It scores 61.4 on MMLU.", "other-entity"],
    ["Heron2-3B scores 61.4 on MMLU.", "supported"],
    ["It scores 88.1 on MMLU.", "contradicted"],
    ["It scores 77.7 on MMLU.", "other-entity"],
    ["The model has 77.7.", "other-entity"],
    ["It scores 62.8 on MATH (pass@4).", "supported"],
    ["It scores 62.8 on MATH (pass@8).", "unsupported"],
    ["The Q4_K_M file takes 31.5 GB.", "supported"],
    ["The Q4_K_M file takes 55.1 GB.", "contradicted"],
    ["It has 48 layers.", "supported"],
    ["It was trained on 7T tokens.", "other-entity"],
    ["Windows of training had 8,192 tokens.", "supported"],
    ["Windows of training had 4,096 tokens.", "other-entity"],
  ])("%s", (sentence, verdict) => {
    expect(verdictsOf(sentence)).toEqual([verdict]);
  });
});
