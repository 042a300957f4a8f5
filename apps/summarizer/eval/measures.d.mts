import type { Case } from "./cases.mjs";

export type Measures = {
  readonly words: number;
  readonly missing: readonly string[];
  readonly coverage: number;
  readonly unsupported: readonly string[];
  readonly wrongLinks: readonly string[];
  readonly foreign: readonly string[];
  readonly forbidden: readonly string[];
  readonly strange: readonly string[];
  readonly duplicates: readonly string[];
  readonly copyRate: number;
};

export type PageLine = {
  readonly text: string;
  readonly urls: readonly string[];
  readonly isOpening: boolean;
};

export function measurePage(page: string, judged: Case): Measures;
export function problemsOf(measures: Measures): string[];
