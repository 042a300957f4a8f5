import { SummarizerError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { countWords, renderMarkdown } from "./markdown.ts";
import { type Line, linesOf, type Page, type WordRange } from "./page.ts";
import { groupOf, type ProseLine } from "./prose.ts";
import { openingLines, specificationLines, usageLines } from "./templates.ts";

/** The lines that templates make of the facts. */
export interface FactLines {
  readonly opening: readonly Line[];
  readonly specifications: readonly Line[];
  readonly usage: readonly Line[];
}

export function factLines({ sheet, subject }: Evidence): FactLines {
  return {
    opening: openingLines(sheet, subject),
    specifications: specificationLines(sheet),
    usage: usageLines(sheet),
  };
}

/** Room left at the upper end, for whoever counts a hyphen or a heading's mark as a word. */
const MARGIN = 20;

/**
 * Puts a page together: all lines of facts, then the best prose, as long as the words last. Lines
 * stand in the order of their sources, whatever their rank.
 *
 * @throws SummarizerError `too-little` the sources don't support that many words, `too-long` the
 * range is too small for a page
 */
export function composePage(
  evidence: Evidence,
  facts: FactLines,
  prose: readonly ProseLine[],
  range: WordRange,
): Page {
  const most = Math.max(range.least, range.most - MARGIN);
  const kept = new Set<Line>();
  let page = assemble(evidence, facts, prose, kept);
  const wanted = [...facts.opening, ...facts.specifications, ...facts.usage, ...prose];
  for (const line of wanted) {
    kept.add(line);
    const longer = assemble(evidence, facts, prose, kept);
    if (countWords(renderMarkdown(longer)) <= most) page = longer;
    else kept.delete(line);
  }
  checkPage(page, evidence, range);
  return page;
}

function assemble(
  { subject, statements }: Evidence,
  { opening, specifications, usage }: FactLines,
  prose: readonly ProseLine[],
  kept: ReadonlySet<Line>,
): Page {
  const isKept = (line: Line): boolean => kept.has(line);
  const inOrder = prose.toSorted(
    (a, b) => statements.indexOf(a.statement) - statements.indexOf(b.statement),
  );
  const group = (name: ReturnType<typeof groupOf>): Line[] =>
    inOrder.filter((line) => isKept(line) && groupOf(line.statement) === name);
  const sections = [
    { heading: "Specifications", lines: specifications.filter(isKept) },
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

/** What a page must be whoever wrote it: long enough, short enough, and linked to its sources only. */
function checkPage(page: Page, evidence: Evidence, { least, most }: WordRange): void {
  const words = countWords(renderMarkdown(page));
  if (words < least) {
    const message = `the sources support a page of ${words} words, expected at least ${least}`;
    throw new SummarizerError("too-little", `${message}: add research documents or lower --words`);
  }
  if (words > most)
    throw new SummarizerError("too-long", `the page has ${words} words, expected at most ${most}`);
  const stray = linesOf(page).find(
    ({ source }) => source.url !== undefined && !evidence.urls.includes(source.url),
  );
  if (stray !== undefined) throw new Error(`no source has the URL ${stray.source.url}`);
}
