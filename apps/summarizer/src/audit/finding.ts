import type { AuditEvidence } from "./evidence-of.ts";

export type FindingCode =
  | "contradicted"
  | "other-entity"
  | "wrong-source"
  | "unsupported"
  | "words"
  | "link-no-source"
  | "link-malformed"
  | "duplicate"
  | "hype"
  | "thought-tokens"
  | "instruction"
  | "empty-section"
  | "empty"
  | "cut-off";

/** Something that is wrong with a summary. */
export interface AuditFinding {
  readonly code: FindingCode;
  /** In the summary, from 1; what is wrong with the whole has none. */
  readonly line: number | undefined;
  /** The words that are wrong. */
  readonly claim: string;
  readonly why: string;
  /** What supports or contradicts them. */
  readonly evidence: readonly AuditEvidence[];
}
