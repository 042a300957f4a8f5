export type { Block } from "./blocks.ts";
export { cardFacts, nameFacts } from "./card-facts.ts";
export {
  type Document,
  type DocumentOptions,
  MAX_DOCUMENT_CHARACTERS,
  parseDocument,
  type Source,
} from "./document.ts";
export { DocumentError, ModelFactsError } from "./errors.ts";
export type {
  Attribute,
  Benchmark,
  Fact,
  FactValues,
  ModelFile,
  Property,
  SamplingValues,
  Where,
} from "./fact.ts";
export { type Contradiction, type FactSheet, factSheet } from "./fact-sheet.ts";
export { headerFacts } from "./header-facts.ts";
export { formatParameterCount, parseParameterCount, parseTokenCount } from "./quantity.ts";
export { type Statement, statementsOf } from "./statement.ts";
export type { Row, Table } from "./table.ts";
export { clauseOfSize } from "./size-clause.ts";
export { ownPlace } from "./table-owner.ts";
export { sizedColumns, type SizedRows, sizedRows } from "./table-sizes.ts";
export { isOfSeries } from "./told-of-model.ts";
export { addressesReader } from "./reader-address.ts";
export { type Entity, entityOf } from "./entity.ts";
export { isUntunedName, type Subject, subjectOf } from "./subject.ts";
