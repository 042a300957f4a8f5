import type { Fact, Source, Statement } from "@ggufkit/model-facts";

/** Who worded a line: the code's templates, the language model, or the source itself. */
export type Writer = "template" | "model" | "source";

/** A sentence or two of a page, with what supports it. */
export interface Line {
  /** Markdown, without its link. */
  readonly text: string;
  /** Bold words before the text of a bullet. */
  readonly label?: string;
  readonly writer: Writer;
  readonly source: Source;
  readonly evidence: readonly (Fact | Statement)[];
}

export interface Section {
  readonly heading: string;
  readonly lines: readonly Line[];
}

export interface Page {
  readonly title: string;
  readonly opening: readonly Line[];
  readonly sections: readonly Section[];
}

/** The range of words that a page must keep to, both ends included. */
export interface WordRange {
  readonly least: number;
  readonly most: number;
}

/** All lines of a page, in reading order. */
export function linesOf(page: Page): Line[] {
  return [...page.opening, ...page.sections.flatMap((section) => section.lines)];
}
