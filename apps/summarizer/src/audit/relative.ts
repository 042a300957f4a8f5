import type { Subject } from "@ggufkit/model-facts";
import type { Passage } from "./passage.ts";

/** Somebody else whom the sources speak of: a sibling checkpoint, another paper's models, a runtime. */
export interface Relative {
  readonly name: string;
  readonly kind: "sibling" | "runtime" | "other";
  /** The card itself speaks of it: what a runtime does is then done with this model. */
  readonly isInCard: boolean;
}

/** What runs models: what it does with models in general it does with this one. */
const RUNTIME =
  /\b(?:inference|serving|serve|runtime|backends?|run locally|local(?:ly)? run|engine|quanti[sz]ation schemes)\b/i;
const LEAST_RUNTIME = 2;

/** The others among the entities of passages. */
export function relativesOf(passages: readonly Passage[], subject: Subject): Relative[] {
  const texts = new Map<string, string[]>();
  for (const { entity, text } of passages)
    if (entity.kind === "other") texts.set(entity.name, [...(texts.get(entity.name) ?? []), text]);
  const card = passages
    .filter(({ source }) => source.role === "card")
    .map(({ text }) => text.toLowerCase());
  const stem = seriesStem(subject.family);
  return [...texts].map(([name, said]) => {
    const isSibling = name.toLowerCase().startsWith(stem);
    const isRuntime =
      !isSibling && said.filter((text) => RUNTIME.test(text)).length >= LEAST_RUNTIME;
    const lower = name.toLowerCase();
    return {
      name,
      kind: isSibling ? "sibling" : isRuntime ? "runtime" : "other",
      isInCard: card.some((text) => text.includes(lower)),
    };
  });
}

/** `qwen` of `Qwen3`: other versions of a series are relatives, too. */
function seriesStem(family: string): string {
  return (/^[a-z][a-z-]*[a-z]/i.exec(family)?.[0] ?? family).toLowerCase();
}
