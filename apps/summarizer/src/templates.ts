import type { FactSheet, Subject } from "@ggufkit/model-facts";
import type { Line } from "./page.ts";
import { HIGHLIGHTS, openingTemplates } from "./templates/opening.ts";
import { FURTHER, RESULTS } from "./templates/results.ts";
import { SPECIFICATIONS } from "./templates/specifications.ts";
import { fillTemplates, listed } from "./templates/template.ts";
import { USAGE } from "./templates/usage.ts";

/** Two or three sentences on what the model is and what of it may matter. */
export function openingLines(sheet: FactSheet, subject: Subject): Line[] {
  return [...fillTemplates(openingTemplates(subject), sheet), ...highlightLine(sheet)];
}

const MOST_HIGHLIGHTS = 3;

function highlightLine(sheet: FactSheet): Line[] {
  const phrases = fillTemplates(HIGHLIGHTS, sheet).slice(0, MOST_HIGHLIGHTS);
  const [first] = phrases;
  if (first === undefined) return [];
  const text = `Of interest to researchers: it ${listed(phrases.map((phrase) => phrase.text))}.`;
  return [{ ...first, text, evidence: phrases.flatMap(({ evidence }) => evidence) }];
}

export function specificationLines(sheet: FactSheet): Line[] {
  return fillTemplates([...SPECIFICATIONS, ...RESULTS], sheet);
}

/** Lines for pages that would be short without them. */
export function furtherLines(sheet: FactSheet): Line[] {
  return fillTemplates(FURTHER, sheet);
}

export function usageLines(sheet: FactSheet): Line[] {
  return fillTemplates(USAGE, sheet);
}
