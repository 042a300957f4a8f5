import { SummarizerError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { countWords, renderMarkdown } from "./markdown.ts";
import { type Line, linesOf, type Page, type WordRange } from "./page.ts";
import { type Group, groupOf, type ProseLine } from "./prose.ts";
import { furtherLines, openingLines, specificationLines, usageLines } from "./templates.ts";

/** The lines that templates make of the facts. */
export interface FactLines {
  readonly opening: readonly Line[];
  readonly specifications: readonly Line[];
  readonly usage: readonly Line[];
  /** For pages that have room left when all else is said. */
  readonly further: readonly Line[];
}

export function factLines({ sheet, subject }: Evidence): FactLines {
  return {
    opening: openingLines(sheet, subject),
    specifications: specificationLines(sheet),
    usage: usageLines(sheet),
    further: furtherLines(sheet),
  };
}

/** Room left at the upper end, for whoever counts a hyphen or a heading's mark as a word. */
const MARGIN = 20;

/** What a page is filled up to; a narrow range keeps half of itself to choose from. */
function fillUpTo({ least, most }: WordRange): number {
  return most - Math.min(MARGIN, Math.floor((most - least) / 2));
}

/** Words that a page of all facts has left for prose; its headings are not counted. */
export function roomForProse(evidence: Evidence, facts: FactLines, range: WordRange): number {
  const page = assemble(evidence, facts, [], new Set(allLines(facts)));
  return Math.max(0, fillUpTo(range) - countWords(renderMarkdown(page)));
}

/**
 * Puts a page together: all lines of facts, then the best prose, as long as the words last. Lines
 * stand in the order of their sources, whatever their rank.
 *
 * @throws SummarizerError `too-little` the sources don't support that many words, `range` no page
 * of that many words can be made of the lines there are
 */
export function composePage(
  evidence: Evidence,
  facts: FactLines,
  prose: readonly ProseLine[],
  range: WordRange,
): Page {
  const places = new Map(evidence.statements.map((statement, at) => [statement, at]));
  const inOrder = prose.toSorted(
    (a, b) => (places.get(a.statement) ?? 0) - (places.get(b.statement) ?? 0),
  );
  const wanted = [...allLines(facts), ...prose, ...facts.further];
  const kept = new Set<Line>();
  let page = assemble(evidence, facts, inOrder, kept);
  for (const line of wanted) {
    kept.add(line);
    const longer = assemble(evidence, facts, inOrder, kept);
    if (countWords(renderMarkdown(longer)) <= fillUpTo(range)) page = longer;
    else kept.delete(line);
  }
  checkLength(page, range, kept.size === wanted.length);
  checkLinks(page, evidence);
  return page;
}

function allLines({ opening, specifications, usage }: FactLines): Line[] {
  return [...opening, ...specifications, ...usage];
}

function assemble(
  { subject }: Evidence,
  { opening, specifications, usage, further }: FactLines,
  prose: readonly ProseLine[],
  kept: ReadonlySet<Line>,
): Page {
  const isKept = (line: Line): boolean => kept.has(line);
  const group = (name: Group): Line[] =>
    prose.filter((line) => isKept(line) && groupOf(line.statement) === name);
  const sections = [
    { heading: "Specifications", lines: [...specifications, ...further].filter(isKept) },
    { heading: "What the model card claims", lines: group("card") },
    { heading: `What research adds on ${subject.family}`, lines: group("family") },
    { heading: "Running it", lines: [...usage.filter(isKept), ...group("advice")] },
    { heading: "Related tools and methods", lines: group("other") },
  ];
  return {
    title: subject.name,
    opening: opening.filter(isKept),
    sections: sections.filter(({ lines }) => lines.length > 0),
  };
}

/** The range holds, whoever wrote the page and whatever was left out. */
function checkLength(page: Page, { least, most }: WordRange, isAll: boolean): void {
  const words = countWords(renderMarkdown(page));
  if (words < least && isAll) {
    const message = `the sources support a page of ${words} words, expected at least ${least}`;
    const advice = "add research documents or give --words a lower range";
    throw new SummarizerError("too-little", `${message}: ${advice}`);
  }
  if (words < least || words > most || linesOf(page).length === 0) {
    const message = `no page of ${least}-${most} words can be made of the lines there are`;
    throw new SummarizerError("range", `${message}, the nearest has ${words}: widen --words`);
  }
}

function checkLinks(page: Page, { documents }: Evidence): void {
  const urls = documents.map(({ source }) => source.url);
  const stray = linesOf(page).find(
    ({ source: { url } }) => url !== undefined && !urls.includes(url),
  );
  if (stray !== undefined) throw new Error(`no source has the URL ${stray.source.url}`);
}
