import type { AuditEvidence } from "./evidence-of.ts";
import type { Note, NoteCode } from "./note.ts";

/** What the sources say to a claim. */
export interface Judgement {
  readonly verdict: Note["verdict"] | "no-claim";
  readonly code: NoteCode | undefined;
  readonly why: string;
  readonly evidence: readonly AuditEvidence[];
}
