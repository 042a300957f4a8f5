import type { Attribute, Fact, FactSheet } from "@ggufkit/model-facts";
import { singleLine } from "@ggufkit/terminal";
import { escapeMarkdown } from "../markdown.ts";
import type { Line } from "../page.ts";

/** Makes a line of the facts it reads; undefined where what it needs is missing. */
export type Template = (read: Reader) => { label?: string; text: string } | undefined;

/** Reads facts, and remembers which were read: those are the line's evidence. */
export interface Reader {
  <A extends Attribute>(attribute: A): Fact<A>["value"] | undefined;
  /** The first `most` of an attribute of which a model has many. */
  readonly all: <A extends Attribute>(
    attribute: A,
    most: number,
    /** So many of them come before. */
    from?: number,
  ) => Fact<A>["value"][];
}

/** The lines of those templates that found what they need. */
export function fillTemplates(templates: readonly Template[], sheet: FactSheet): Line[] {
  return templates.flatMap((template) => {
    const evidence: Fact[] = [];
    const filled = template(readerOf(sheet, evidence));
    const [first] = evidence;
    if (filled === undefined || first === undefined) return [];
    return [{ ...filled, writer: "template", source: first.source, evidence }];
  });
}

function readerOf(sheet: FactSheet, evidence: Fact[]): Reader {
  const readOne = <A extends Attribute>(attribute: A): Fact<A>["value"] | undefined => {
    const fact = sheet.get(attribute);
    if (fact !== undefined && !evidence.includes(fact)) evidence.push(fact);
    return fact?.value;
  };
  const all = <A extends Attribute>(attribute: A, most: number, from = 0): Fact<A>["value"][] => {
    const facts = sheet.all(attribute).slice(from, from + most);
    evidence.push(...facts);
    return facts.map(({ value }) => value);
  };
  return Object.assign(readOne, { all });
}

export function tokens(count: number): string {
  return `${plainNumber(count)} tokens`;
}

/** `32,768`: with commas from a thousand on. */
export function plainNumber(count: number): string {
  return count.toLocaleString("en");
}

/** Text as a code span: one line, and nothing in it can end the span. */
export function code(text: string): string {
  return `\`${singleLine(text).replaceAll("`", "'").trim()}\``;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  const head = parts.slice(0, -1).join(", ");
  const last = parts.at(-1) ?? "";
  return head === "" ? last : `${head} and ${last}`;
}

/** A line of the parts that there are; undefined where there are none. */
export function lineOf(
  label: string,
  parts: readonly (string | undefined)[],
  joint = ", ",
): ReturnType<Template> {
  const said = parts.filter((part) => part !== undefined && part !== "");
  return said.length === 0 ? undefined : { label, text: `${said.join(joint)}.` };
}

/** A source's words for a line of ours, without a full stop of their own. */
export function quoted(text: string): string {
  return escapeMarkdown(text.replace(/[.;,\s]+$/, ""));
}
