import type { ThoughtTags } from "./thought-tags.ts";

/** A place in a text that matters for finding thoughts. */
export type Mark = {
  readonly kind: "open" | "close" | "code";
  /** Index of the pair of tags; -1 for code. */
  readonly pair: number;
  readonly start: number;
  readonly end: number;
  /** Counts blank lines, across which no inline code reaches. */
  readonly paragraph: number;
  /** Whether only blanks stand before it on its line. */
  readonly startsLine: boolean;
  /** Whether only blanks follow it on its line. */
  readonly endsLine: boolean;
};

type Meaning = Pick<Mark, "kind" | "pair">;

const CODE: Meaning = { kind: "code", pair: -1 };
const CODE_SOURCE = "`+|~{3,}";
const BLANK_LINE_SOURCE = String.raw`\n(?=[ \t\r]*\n)`;

/** All tags, runs of backticks and fences of a text, in order, in time linear in the text. */
export function textMarks(text: string, tags: readonly ThoughtTags[]): Mark[] {
  const meanings = meaningsOf(tags);
  // Longest first: of two tags that begin alike, the longer one counts.
  const tagSources = [...meanings.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp([...tagSources, CODE_SOURCE, BLANK_LINE_SOURCE].join("|"), "g");
  const marks: Mark[] = [];
  let paragraph = 0;
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    if (found === "\n") {
      paragraph += 1;
      continue;
    }
    const start = match.index;
    const end = start + found.length;
    const { kind, pair } = meanings.get(found) ?? CODE;
    // Field by field: spreading takes thirty times as long, and a hostile text is full of marks.
    marks.push({
      kind,
      pair,
      start,
      end,
      paragraph,
      startsLine: isLineEdge(text, start - 1, -1),
      endsLine: isLineEdge(text, end, 1),
    });
  }
  return marks;
}

function meaningsOf(tags: readonly ThoughtTags[]): Map<string, Meaning> {
  const meanings = new Map<string, Meaning>();
  for (const [pair, { open, close }] of tags.entries()) {
    for (const tag of open) meanings.set(tag, { kind: "open", pair });
    for (const tag of close) meanings.set(tag, { kind: "close", pair });
  }
  meanings.delete(""); // it would be found everywhere
  return meanings;
}

/** Goes over blanks. They lie between two marks, so all marks together cost no more than the text. */
function isLineEdge(text: string, from: number, step: 1 | -1): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\r") at += step;
  return text[at] === undefined || text[at] === "\n";
}

function escaped(tag: string): string {
  return tag.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
