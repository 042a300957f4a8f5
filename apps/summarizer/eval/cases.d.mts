/** What a page should hold, in any of the accepted wordings. */
export type KeyFact = { readonly name: string; readonly accept: readonly string[] };

export type Forbidden = { readonly kind: string; readonly name: string; readonly pattern: string };

export type Checklist = {
  readonly kind: string;
  readonly facts: readonly KeyFact[];
  readonly forbidden: readonly Forbidden[];
  readonly tooLittle?: boolean;
  readonly contradictions?: readonly string[];
  readonly padTo?: number;
};

export type SourceText = { readonly url: string; readonly text: string };

export type Case = {
  readonly name: string;
  readonly directory: string;
  readonly checklist: Checklist;
  readonly sources: readonly SourceText[];
};

export function loadCases(scratch: string, set?: "cases" | "unseen"): Case[];
