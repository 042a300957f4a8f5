import {
  cardFacts,
  type Document,
  factSheet,
  parseDocument,
  subjectOf,
} from "@ggufkit/model-facts";
import { type Audit, auditSummary, type AuditedClaim } from "../src/audit/audit.ts";

/** An invented series with siblings, a paper on another model, and a runtime's documentation. */
export const CARD_URL = "https://huggingface.co/lumen/Heron2-52B-A6B-GGUF";
export const BLOG_URL = "https://lumen.example/blog/heron2";
export const REPORT_URL = "https://arxiv.org/abs/2611.00042";
export const PAPER_URL = "https://arxiv.org/abs/2510.01234";
export const RUNTIME_URL = "https://tern.example/docs/tern.run";

const CARD = `---
source: ${CARD_URL}
license: apache-2.0
pipeline_tag: text-generation
base_model: lumen/Heron2-52B-A6B
---

# Heron2-52B-A6B-GGUF

Heron2 is the second generation of the Heron series of language models by Lumen Labs.

## Model Overview

**Heron2-52B-A6B** has the following features:
- Type: Causal Language Models
- Number of Parameters: 52B in total and 6B activated
- Number of Parameters (Non-Embedding): 51B
- Number of Layers: 48
- Number of Attention Heads (GQA): 40 for Q and 8 for KV
- Number of Experts: 96
- Number of Activated Experts: 6
- Context Length: 32,768 natively and 131,072 tokens with LongRoPE.
- Quantization: q4_K_M, q5_K_M, q6_K, q8_0

## Running with tern.run

Files larger than 40 GB are split. Load the first part of the set with tern.run, the others follow.

## Thinking

You can add \`/ponder\` and \`/no_ponder\` to prompts to switch the thinking mode from turn to turn. The length of the thoughts is limited by the thinking budget.

## Best practices

- For thinking mode, use Temperature=0.6, TopP=0.95 and TopK=20.
- For non-thinking mode, we suggest using Temperature=0.8, TopP=0.9 and TopK=20.
- DO NOT use greedy decoding, as it can lead to endless repetitions.
- We recommend using an output length of 16,384 tokens for most queries. For highly complex problems, we suggest setting the max output length to 40,960 tokens.
`;

const BLOG = `---
source: ${BLOG_URL}
---

# Heron2: thinking in fewer parameters

- Heron2 models were trained on 21 trillion tokens, twice as many as Heron1.
- Heron2 base models reach parity with earlier dense Heron1 models while using only 15% of the active parameters.
- Even the small Heron2-3B rivals the much larger Heron1-30B on mathematics.
- Post-training has four stages and merges thinking and answering at the level of the weights.
- Tools are called through the Open Tool Protocol, which suits agents that search and plan.
- Heron2 covers 84 languages, with the same quality in 30 of them.
`;

const REPORT = `---
source: ${REPORT_URL}
---

# Heron2 technical report

- Heron2 grows from 21 to 84 languages within one generation.
- The new Heron2-52B-A6B-Long-0911 reads 512K tokens and never writes thoughts.
- Knowledge of the largest Heron2 model is distilled into the smaller ones.
`;

const PAPER = `---
source: ${PAPER_URL}
---

# LongRoPE: longer windows for position embeddings

- LongRoPE extends the context window of models with rotary embeddings.
- LongRoPE lets OpenMoor models extrapolate reliably to sequences longer than any seen in training.
- LongRoPE needs 8x fewer training steps than interpolation.
- The authors publish OpenMoor checkpoints that LongRoPE was applied to, with stable perplexity up to 200k tokens.
`;

const RUNTIME = `---
source: ${RUNTIME_URL}
---

# tern.run documentation

- tern.run is an inference runtime in plain C that runs on CPUs, CUDA, ROCm and Vulkan.
- tern.run supports integer quantization schemes from 2 to 8 bits, and ternary files of 1.58 bits.
- The tern.run server offers an inference endpoint and speculative decoding.
- tern.run supports multimodal models as well.
`;

const parse = (text: string, name: string): Document =>
  parseDocument(text, { name, role: name === "card" ? "card" : "research" });

const DOCUMENTS = [
  parse(CARD, "card"),
  ...[BLOG, REPORT, PAPER, RUNTIME].map((text, at) => parse(text, `research ${at}`)),
];

/** The audit of a summary, against the invented sources or others. */
export function audit(markdown: string, documents: readonly Document[] = DOCUMENTS): Audit {
  const [card] = documents;
  if (card === undefined) throw new RangeError("expected a card");
  const subject = subjectOf(card);
  const sheet = factSheet(cardFacts(card, subject));
  const range = { least: 1, most: 500 };
  return auditSummary(markdown, { subject, sheet, documents }, { range });
}

/** The worst verdict of a sentence's claims, and all of them. */
export function verdictOf(sentence: string): {
  verdict: AuditedClaim["verdict"];
  claims: readonly AuditedClaim[];
} {
  const { claims } = audit(`- ${sentence}`);
  const order = [
    "contradicted",
    "other-entity",
    "wrong-source",
    "unsupported",
    "supported",
    "no-claim",
  ] as const;
  const verdict = order.find((one) => claims.some((claim) => claim.verdict === one));
  return { verdict: verdict ?? "no-claim", claims };
}

/** Claims that the invented sources support, in other words than theirs. */
export const RIGHT: readonly string[] = [
  "The model has 52B parameters, of which 6B are active.",
  "Without embeddings it has 51B parameters.",
  "It has 48 layers with 40 query heads and 8 KV heads.",
  "Of 96 experts, 6 are activated.",
  "The native context of 32K tokens can be extended to 128K with LongRoPE.",
  "It is a causal language model under the Apache 2.0 license.",
  "The files come as q4_K_M, q5_K_M, q6_K and q8_0.",
  "Pretraining took 21 trillion tokens, double the number of Heron1.",
  "Heron2 base models are on par with earlier dense Heron1 models at 15% of the active parameters.",
  "Post-training in four stages fuses thinking and answering at the weight level.",
  "`/ponder` and `/no_ponder` in a prompt switch the thinking mode from turn to turn.",
  "In thinking mode, use temperature 0.6, top-p 0.95 and top-k 20.",
  "Greedy decoding should be avoided, since it can lead to endless repetitions.",
  "Do not use greedy decoding.",
  "Most queries need an output length of 16,384 tokens, complex problems 40,960 tokens.",
  "Language coverage grew from 21 to 84 languages in one generation.",
  "Heron2-3B rivals Heron1-30B in mathematics.",
  "The sibling Heron2-52B-A6B-Long-0911 reads 512K tokens.",
  "The LongRoPE paper reports stable perplexity up to 200k tokens for OpenMoor.",
  "tern.run supports quantization from 2 to 8 bits.",
  "Agents call tools through the Open Tool Protocol.",
  "It is no multimodal model.",
];
