import type { AuditEvidence } from "./evidence-of.ts";

/** What one look at a claim found; a claim's verdict is the worst of them. */
export interface Note {
  readonly verdict: "supported" | "unsupported" | "other-entity" | "contradicted";
  readonly code: NoteCode;
  readonly why: string;
  readonly evidence: readonly AuditEvidence[];
}

/** What about a claim was looked at. */
export type NoteCode =
  | "fact"
  | "number"
  | "bound"
  | "name"
  | "scope"
  | "license"
  | "quantization"
  | "setting"
  | "negation"
  | "qualifier"
  | "comparison"
  | "relation"
  | "words";

/** A note; what is supported needs no reason. */
export function noteOf(
  verdict: Note["verdict"],
  code: NoteCode,
  evidence: readonly AuditEvidence[],
  why = "",
): Note {
  return { verdict, code, why, evidence };
}
