import type { ModelFacts } from "../model/facts.ts";
import type { Setting } from "./plan.ts";

/** The texts that end an answer: those of the file's end tokens. */
export function planStop({ endTokens }: ModelFacts): Setting<readonly string[]> {
  const why =
    endTokens.length > 0
      ? "the end tokens of the file's tokenizer"
      : "the file names no end token: the engine's own hold";
  return { value: endTokens, from: endTokens.length > 0 ? "file" : "rule", why };
}
