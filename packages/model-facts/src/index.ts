export type { Block } from "./blocks.ts";
export { cardFacts } from "./card-facts.ts";
export {
  type Document,
  type DocumentOptions,
  MAX_DOCUMENT_CHARACTERS,
  parseDocument,
  type Source,
} from "./document.ts";
export { DocumentError, ModelFactsError } from "./errors.ts";
export {
  type Attribute,
  type Contradiction,
  type Fact,
  type FactSheet,
  factSheet,
  type FactValues,
  type SamplingValues,
  type Where,
} from "./fact.ts";
export { headerFacts } from "./header-facts.ts";
export { formatParameterCount, parseParameterCount, parseTokenCount } from "./quantity.ts";
export { type Statement, statementsOf } from "./statement.ts";
export { type Entity, entityOf, type Subject, subjectOf } from "./subject.ts";
