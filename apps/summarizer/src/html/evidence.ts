import type { Fact, Statement } from "@ggufkit/model-facts";
import type { Line } from "../page.ts";
import { escapeHtml, linkHtml } from "./text.ts";

/** What a claim rests on, for those who hover over it or follow its number. */
export interface EvidenceNote {
  /** From 1, in reading order. */
  readonly number: number;
  readonly line: Line;
}

const WRITERS: Readonly<Record<Line["writer"], string>> = {
  template: "written by a template from facts",
  model: "worded by the model, checked against the source",
  source: "the source's own words",
};

/** A claim with a number that leads to its evidence, which also shows while the pointer is on it. */
export function claimHtml(text: string, { number, line }: EvidenceNote): string {
  const id = `evidence-${number}`;
  return `<span class="claim" id="claim-${number}">${text}<a class="mark" href="#${id}" aria-describedby="${id}">${number}</a><span class="hover" role="tooltip">${quotesHtml(line)}</span></span>`;
}

/** The list at the end: each claim's sources, word for word, and who worded it. */
export function evidenceListHtml(notes: readonly EvidenceNote[]): string {
  const items = notes.map(({ number, line }) => {
    const { title, url } = line.source;
    return `<li id="evidence-${number}"><a class="back" href="#claim-${number}" aria-label="to the claim">↑</a> ${linkHtml(title, url)} <small>${WRITERS[line.writer]}</small>${quotesHtml(line)}</li>`;
  });
  return `<section class="evidence"><h2>Evidence</h2><ol>${items.join("")}</ol></section>`;
}

function quotesHtml({ evidence }: Line): string {
  return evidence.map((item) => `<q>${escapeHtml(wordsOf(item))}</q>${placeOf(item)}`).join("");
}

/** Longer ones are cut: the list is there to be read. */
const MAX_CHARACTERS = 400;

function wordsOf(item: Fact | Statement): string {
  const words = "where" in item ? item.where.text : item.text;
  return words.length > MAX_CHARACTERS ? `${words.slice(0, MAX_CHARACTERS)}…` : words;
}

function placeOf(item: Fact | Statement): string {
  const line = "where" in item ? item.where.line : item.line;
  const { title } = item.source;
  const place = line === undefined ? title : `${title}, line ${line}`;
  return `<small>${escapeHtml(place)}</small>`;
}
