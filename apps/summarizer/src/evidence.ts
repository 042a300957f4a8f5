import {
  cardFacts,
  type Document,
  type FactSheet,
  factSheet,
  headerFacts,
  nameFacts,
  type Statement,
  statementsOf,
  type Subject,
  subjectOf,
} from "@ggufkit/model-facts";
import type { ModelDescription } from "@ggufkit/gguf";
import type { Input } from "./input/input.ts";
import { joinStatements } from "./join-statements.ts";

/** All that a page may say: facts for the templates, statements for the prose. */
export interface Evidence {
  readonly subject: Subject;
  readonly sheet: FactSheet;
  readonly statements: readonly Statement[];
  /** The card first. */
  readonly documents: readonly Document[];
}

/** Gathers the evidence of a card, its research documents and, where there is one, the header. */
export function gatherEvidence(input: Input, header: ModelDescription | undefined): Evidence {
  const { card, research } = input;
  const subject = subjectOf(card);
  const told = [
    ...(header === undefined ? [] : headerFacts(header, subject)),
    ...cardFacts(card, subject),
  ];
  const isCounted = told.some(({ attribute }) => attribute === "parameters.total");
  const facts = isCounted ? told : [...told, ...nameFacts(card, subject)];
  const documents = [card, ...research];
  return {
    subject,
    sheet: factSheet(facts),
    statements: documents.flatMap((document) => joinStatements(statementsOf(document, subject))),
    documents,
  };
}
