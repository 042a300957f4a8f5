import type { Line, Page, Section } from "../page.ts";
import type { Summary } from "../summarize.ts";
import { claimHtml, evidenceListHtml, type EvidenceNote } from "./evidence.ts";
import { contradictionsHtml, factsHtml } from "./facts.ts";
import { pictureHtml } from "./picture.ts";
import { STYLE } from "./style.ts";
import { escapeHtml, inlineHtml, linkHtml } from "./text.ts";

/** No script runs and nothing is loaded, whatever a card may have got into the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The page as one HTML file that needs no other: its claims, each with its evidence to hover over or
 * to go to, a table of facts, and a picture of the file where its header is known.
 */
export function renderHtml({ page, evidence, header, report }: Summary): string {
  const notes = notesOf(page);
  const parts = [
    `<h1>${escapeHtml(page.title)}</h1>`,
    openingHtml(page, notes),
    ...page.sections.map((section) => sectionHtml(section, notes)),
    factsHtml(evidence.sheet),
    pictureHtml(header),
    contradictionsHtml(evidence.sheet.contradictions),
    evidenceListHtml([...notes.values()]),
    `<footer>${footerText(report.model)}</footer>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${parts.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

function notesOf({ opening, sections }: Page): Map<Line, EvidenceNote> {
  const lines = [...opening, ...sections.flatMap((section) => section.lines)];
  return new Map(lines.map((line, index) => [line, { number: index + 1, line }]));
}

function openingHtml({ opening }: Page, notes: ReadonlyMap<Line, EvidenceNote>): string {
  return opening.length === 0
    ? ""
    : `<p>${opening.map((line) => lineHtml(line, notes)).join(" ")}</p>`;
}

function sectionHtml({ heading, lines }: Section, notes: ReadonlyMap<Line, EvidenceNote>): string {
  const items = lines.map((line) => `<li>${lineHtml(line, notes)}${sourceHtml(line)}</li>`);
  return `<section><h2>${escapeHtml(heading)}</h2><ul>${items.join("")}</ul></section>`;
}

function lineHtml(line: Line, notes: ReadonlyMap<Line, EvidenceNote>): string {
  const label = line.label === undefined ? "" : `<b>${inlineHtml(line.label)}</b>: `;
  const text = `${label}${inlineHtml(line.text)}`;
  const note = notes.get(line);
  return note === undefined ? text : claimHtml(text, note);
}

function sourceHtml({ source }: Line): string {
  return ` <small>(${linkHtml(source.title, source.url)})</small>`;
}

function footerText(model: string | undefined): string {
  const by = model === undefined ? "in the sources' own sentences" : `worded by ${model}, checked`;
  return escapeHtml(`Written by ggufkit-summarize from the sources named here, ${by}.`);
}
