import type { ModelDescription } from "@ggufkit/gguf";
import type { Source } from "./document.ts";
import { asFacts, type Fact, type Found } from "./fact.ts";
import type { Subject } from "./subject.ts";

type Described = Pick<
  ModelDescription,
  | "kind"
  | "architecture"
  | "parameters"
  | "activeParameters"
  | "blocks"
  | "heads"
  | "kvHeads"
  | "experts"
  | "expertsUsed"
  | "contextLength"
>;

const HEADER: Source = { title: "GGUF header", role: "header" };

/**
 * The facts that a GGUF header states: exact, and the first in trust. A count of 0, as attention
 * heads have it in a state-space model, is no fact; nor are the weights of one shard of several.
 */
export function headerFacts(model: Described, subject: Subject): Fact[] {
  const isWhole = model.kind !== "shard";
  const counts = {
    "parameters.total": isWhole ? model.parameters : undefined,
    "parameters.active": isWhole ? model.activeParameters : undefined,
    layers: model.blocks,
    "heads.query": single(model.heads),
    "heads.keyValue": single(model.kvHeads),
    "experts.total": model.experts,
    "experts.active": model.expertsUsed,
    "context.header": model.contextLength,
  } satisfies Found;
  const stated = Object.entries(counts).filter(([, count]) => count !== undefined && count > 0);
  return [["architecture", model.architecture] as const, ...stated].flatMap(
    ([attribute, value]) => {
      const where = { text: `${attribute} = ${value}` };
      return asFacts({ [attribute]: value }, { entity: subject.model, source: HEADER, where });
    },
  );
}

/** Heads that differ from layer to layer are no single fact. */
function single(heads: number | readonly number[] | undefined): number | undefined {
  if (typeof heads === "number" || heads === undefined) return heads;
  return heads.every((count) => count === heads[0]) ? heads[0] : undefined;
}
