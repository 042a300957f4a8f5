import { MAX_CLAIMS } from "./limits.ts";
import { clausesOf, sentencesIn, type Stretch } from "./clause.ts";
import type { SummaryLink } from "./summary-inline.ts";
import type { SummaryBlock } from "./summary-text.ts";

/** One thing that a summary says, with where it says so and which links are to support it. */
export interface Claim {
  readonly text: string;
  readonly line: number;
  readonly kind: SummaryBlock["kind"];
  /** The whole sentence that it is part of. */
  readonly sentence: string;
  /** The rest of its sentence and bullet before it, where its subject may stand. */
  readonly before: string;
  readonly label: string | undefined;
  readonly headings: readonly string[];
  /** Links that stand beside it. */
  readonly citations: readonly SummaryLink[];
  /** The item of a list: its sentence's other words say what it is an item of. */
  readonly isItem: boolean;
}

/** A line that names the source of what stands in its section, such as `Source: [card](…)`. */
const SOURCE_LINE = /^\W*(?:sources?|references?|see|from)?\W*$/i;

/** The claims of a summary in its order, at most `MAX_CLAIMS`. */
export function claimsOf(blocks: readonly SummaryBlock[]): Claim[] {
  const claims: Claim[] = [];
  const headings: string[] = [];
  let ofSection: readonly SummaryLink[] = [];
  for (const block of blocks) {
    if (claims.length >= MAX_CLAIMS) break;
    if (block.kind === "heading") {
      headings.length = Math.min(headings.length, block.level - 1);
      headings[block.level - 1] = block.text;
      ofSection = [];
      claims.push(headingClaim(block));
      continue;
    }
    if (isOnlyLinks(block)) {
      if (block.kind !== "bullet") ofSection = block.links;
      claims.push(...linkClaims(block));
      continue;
    }
    const named = headings.filter((heading) => heading !== undefined);
    claims.push(...blockClaims(block, named, ofSection));
  }
  return claims.slice(0, MAX_CLAIMS);
}

/** Whether a block says nothing beside its links: an entry of a list of references, a source line. */
function isOnlyLinks({ text, links, kind }: SummaryBlock): boolean {
  if (kind === "code" || links.length === 0) return false;
  const rest = links.reduce(
    (left, link) => (link.text === "" ? left : left.replace(link.text, "")),
    text,
  );
  return SOURCE_LINE.test(rest);
}

function headingClaim({ text, line }: SummaryBlock): Claim {
  const rest = { sentence: text, before: "", label: undefined, headings: [], citations: [] };
  return { text, line, kind: "heading", isItem: false, ...rest };
}

/** A bullet that is only a link claims nothing; the link is looked at by itself. */
function linkClaims({ text, line, kind, links }: SummaryBlock): Claim[] {
  const [first] = links;
  const shown = text.trim() || (first?.text ?? "");
  const rest = { sentence: "", before: "", label: undefined, headings: [], citations: [] };
  return shown === "" ? [] : [{ text: "", line, kind, isItem: false, ...rest }];
}

function blockClaims(
  block: SummaryBlock,
  headings: readonly string[],
  ofSection: readonly SummaryLink[],
): Claim[] {
  const { kind, label } = block;
  const base = { kind, label, headings };
  if (kind === "code") {
    const { text, line } = block;
    return [
      { ...base, text, line, sentence: text, before: "", citations: ofSection, isItem: false },
    ];
  }
  return sentencesIn(block.text).flatMap((sentence) =>
    clausesOf(sentence.text).map(({ text, start, isItem }) => {
      const at = sentence.start + start;
      return {
        ...base,
        text,
        isItem,
        sentence: sentence.text,
        before: `${label ?? ""} ${block.text.slice(0, at)}`.trimStart(),
        line: block.line + countLines(block.text, at),
        citations: citationsFor({ text, start: at, isItem }, block, ofSection),
      };
    }),
  );
}

function countLines(text: string, end: number): number {
  return text.slice(0, end).split("\n").length - 1;
}

/** The next links behind a claim in its block, which all support it; else those of its section. */
function citationsFor(
  { text, start }: Stretch,
  { links }: SummaryBlock,
  ofSection: readonly SummaryLink[],
): readonly SummaryLink[] {
  const citations = links.filter(({ kind }) => kind === "citation");
  if (citations.length === 0) return ofSection;
  const inside = citations.filter(({ at }) => at > start && at <= start + text.length + 2);
  const next = inside[0] ?? citations.find(({ at }) => at >= start + text.length);
  return next === undefined ? [] : citations.filter(({ at }) => Math.abs(at - next.at) <= 2);
}
