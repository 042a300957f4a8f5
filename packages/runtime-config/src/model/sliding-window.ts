import type { DescribedModel } from "./layer-caches.ts";

/** Which blocks look back over a window only, and how far, as llama.cpp decides by architecture. */
type Rule = {
  /** Every so many blocks one sees the whole context; 1 means that all do. */
  readonly period: number;
  /** Whether that block is the first of its period; the last otherwise. */
  readonly wholeFirst?: boolean;
  /** Tokens, where the file's key does not count or is missing. */
  readonly window?: number;
};

/** From llama.cpp's src/models, `load_swa_pattern` and `n_swa` of each (build 0c1e570). */
const RULES: Readonly<Record<string, Rule>> = {
  afmoe: { period: 4 },
  cohere2: { period: 4 },
  exaone4: { period: 4 },
  gemma2: { period: 2, window: 4_096 },
  gemma3: { period: 6 },
  gemma3n: { period: 5 },
  "gpt-oss": { period: 2 },
  llama4: { period: 4, window: 8_192 },
  olmo2: { period: 4 },
  smallthinker: { period: 4, wholeFirst: true, window: 4_096 },
};

/** EXAONE 4 has a window in its 32B alone, which llama.cpp tells by the number of blocks. */
const EXAONE4_WINDOWED_BLOCKS = 64;

/**
 * The window in tokens of each block, undefined where it sees the whole context. The file's pattern
 * counts before the architecture's; without either, the window is for all blocks or, as llama.cpp
 * has it for phi3 and others, for none.
 */
export function windowsOf(model: DescribedModel): (number | undefined)[] {
  const { architecture, blocks, slidingWindow } = model;
  const all = Array.from({ length: blocks }, (_, block) => block);
  const rule = RULES[architecture];
  const window = windowLength(model, rule);
  if (window === undefined) return all.map(() => undefined);
  const pattern = slidingWindow?.pattern ?? rule?.period;
  if (pattern === undefined) return all.map(() => undefined);
  return all.map((block) => (isWindowed(block, pattern, rule) ? window : undefined));
}

function windowLength(model: DescribedModel, rule: Rule | undefined): number | undefined {
  const { architecture, blocks, slidingWindow } = model;
  if (architecture === "exaone4" && blocks !== EXAONE4_WINDOWED_BLOCKS) return undefined;
  if (architecture === "smallthinker" && slidingWindow === undefined) return undefined;
  if (architecture === "llama4" || architecture === "smallthinker") return rule?.window;
  return slidingWindow?.length ?? rule?.window;
}

function isWindowed(
  block: number,
  pattern: number | readonly boolean[],
  rule: Rule | undefined,
): boolean {
  if (typeof pattern !== "number") return pattern[block] ?? false;
  if (pattern === 0) return true;
  return block % pattern !== (rule?.wholeFirst ? 0 : pattern - 1);
}
