import type { ModelDescription } from "@ggufkit/gguf";
import type { Source } from "./document.ts";
import type { Attribute, Fact, FactValues } from "./fact.ts";
import type { Subject } from "./subject.ts";

type Described = Pick<
  ModelDescription,
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

/** The facts that a GGUF header states: exact, and the first in trust. */
export function headerFacts(model: Described, subject: Subject): Fact[] {
  const found: { readonly [A in Attribute]?: FactValues[A] | undefined } = {
    architecture: model.architecture,
    "parameters.total": model.parameters > 0 ? model.parameters : undefined,
    "parameters.active": model.activeParameters,
    layers: model.blocks,
    "heads.query": single(model.heads),
    "heads.keyValue": single(model.kvHeads),
    "experts.total": model.experts,
    "experts.active": model.expertsUsed,
    "context.header": model.contextLength,
  };
  return Object.entries(found)
    .filter(([, value]) => value !== undefined)
    .map(
      ([attribute, value]) =>
        ({
          attribute,
          value,
          entity: subject.model,
          source: HEADER,
          where: { text: `${attribute} = ${String(value)}` },
        }) as Fact,
    );
}

/** Heads that differ from layer to layer are no single fact. */
function single(heads: number | readonly number[] | undefined): number | undefined {
  if (typeof heads === "number" || heads === undefined) return heads;
  return heads.every((count) => count === heads[0]) ? heads[0] : undefined;
}
