import type { Entity, Fact, Source, Subject } from "@ggufkit/model-facts";
import type { Passage } from "./passage.ts";

/** The words of a source that support a claim or speak against it. */
export interface AuditEvidence {
  readonly text: string;
  readonly source: Source;
  readonly line: number | undefined;
  readonly entity: Entity;
}

export function evidenceOfPassage({ text, source, line, entity }: Passage): AuditEvidence {
  return { text, source, line, entity };
}

export function evidenceOfFact({ where, source }: Fact, subject: Subject): AuditEvidence {
  const entity: Entity = { kind: "model", name: subject.model };
  return { text: where.text, source, line: where.line, entity };
}
