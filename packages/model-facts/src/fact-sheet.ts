import type { Source } from "./document.ts";
import type { Attribute, Benchmark, Fact, FactValues, ModelFile } from "./fact.ts";

/** Facts that name one value each, the most trusted source's first. */
export interface FactSheet {
  get<A extends Attribute>(attribute: A): Fact<A> | undefined;
  /** Those of an attribute of which a model has many, such as `benchmark`; else one or none. */
  all<A extends Attribute>(attribute: A): readonly Fact<A>[];
  readonly facts: readonly Fact[];
  readonly contradictions: readonly Contradiction[];
}

export interface Contradiction {
  readonly attribute: Attribute;
  readonly trusted: Fact;
  readonly other: Fact;
}

const TRUST: readonly Source["role"][] = ["header", "card", "research"];

/**
 * Orders facts by the trust in their sources (header, card, research) and keeps the first of each
 * attribute; others that say something else are listed as contradictions, except that an exact count
 * of weights agrees with a rounded one (`235B` or `0.6B` for 235,093,634,560 or 596,049,920).
 */
export function factSheet(found: readonly Fact[]): FactSheet {
  const trust = (fact: Fact): number => TRUST.indexOf(fact.source.role);
  const facts = found.toSorted((a, b) => trust(a) - trust(b));
  const chosen = new Map<string, Fact>();
  const contradictions: Contradiction[] = [];
  for (const fact of facts) {
    const trusted = chosen.get(keyOf(fact));
    if (trusted === undefined) chosen.set(keyOf(fact), fact);
    else if (!agree(trusted, fact))
      contradictions.push({ attribute: fact.attribute, trusted, other: fact });
  }
  const get = <A extends Attribute>(attribute: A): Fact<A> | undefined =>
    (chosen.get(attribute) as Fact<A> | undefined) ?? allOf(chosen, attribute)[0];
  return {
    get,
    all: <A extends Attribute>(attribute: A) => allOf(chosen, attribute),
    facts,
    contradictions,
  };
}

function allOf<A extends Attribute>(chosen: ReadonlyMap<string, Fact>, attribute: A): Fact<A>[] {
  return [...chosen.values()].filter((fact) => fact.attribute === attribute) as Fact<A>[];
}

/** Of some attributes a model has many, each with a name of its own. */
function keyOf({ attribute, value }: Fact): string {
  if (typeof value !== "object" || Array.isArray(value)) return attribute;
  const { name, metric, setting, quantization } = value as Partial<Benchmark & ModelFile>;
  const parts = [name, metric, setting, quantization].filter((part) => part !== undefined);
  return [attribute, ...parts].join("\n").toLowerCase();
}

/** Counts that people round. */
const ROUNDED = /^(?:parameters\.|vocabulary$|training\.tokens$)/;
/** Half a per cent apart is the same count of weights, and so is what a card rounds by. */
const SAME_SHARE = 0.005;
/** No rounding is this coarse: `1T` is not 1.4T. */
const ROUNDED_SHARE = 0.1;

function agree(a: Fact, b: Fact): boolean {
  const { value: left } = a;
  const { value: right } = b;
  if (typeof left !== "number" || typeof right !== "number")
    return sameText(a.attribute, left, right);
  const tolerance = ROUNDED.test(a.attribute) ? roundingOf(left, right) : 0;
  return Math.abs(left - right) <= tolerance;
}

/** What one source puts in few words and another in more, is no contradiction. */
const WORDED: ReadonlySet<Attribute> = new Set(
  "type kind task property developer languages training.datasets modalities.input modalities.output".split(
    " ",
  ) as Attribute[],
);

function sameText(attribute: Attribute, left: unknown, right: unknown): boolean {
  if (WORDED.has(attribute)) return true;
  // `apache-2.0` and `Apache License 2.0` are one; so are `openrail++` and `Open RAIL++-M`.
  const plain = (text: unknown): string =>
    String(text)
      .toLowerCase()
      .replace(/\b(?:licen[sc]e|version|v(?=\d)|the)\b|[^a-z\d]/g, "");
  if (attribute === "license")
    return plain(left).includes(plain(right)) || plain(right).includes(plain(left));
  return comparable(left as FactValues[Attribute]) === comparable(right as FactValues[Attribute]);
}

/** How far apart two counts may be of which one is rounded: half a unit of its last digit. */
function roundingOf(a: number, b: number): number {
  const halfUnit = Math.max(lastUnit(a), lastUnit(b)) / 2;
  const larger = Math.max(a, b);
  return Math.max(SAME_SHARE * larger, Math.min(halfUnit, ROUNDED_SHARE * larger));
}

/** The unit of a number's last digit that is not zero: 1e9 for 235e9. */
function lastUnit(count: number): number {
  let unit = 1;
  while (count >= unit * 10 && count % (unit * 10) === 0) unit *= 10;
  return unit;
}

/** Values are the same whatever their case and order. */
function comparable(value: FactValues[Attribute]): string {
  const parts = typeof value === "object" ? Object.entries(value) : [[0, value]];
  const texts = Array.isArray(value) ? value : parts.map(([key, part]) => `${key}=${part}`);
  return JSON.stringify(texts.map(String).toSorted()).toLowerCase();
}
