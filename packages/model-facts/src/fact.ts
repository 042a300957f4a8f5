import type { Source } from "./document.ts";

/**
 * What a fact can be about, with the type of its value.
 * Counts of parameters are numbers of weights, contexts and output lengths numbers of tokens.
 */
export interface FactValues {
  "parameters.total": number;
  "parameters.active": number;
  "parameters.nonEmbedding": number;
  layers: number;
  "heads.query": number;
  "heads.keyValue": number;
  "experts.total": number;
  "experts.active": number;
  "context.native": number;
  "context.extended": number;
  "context.extensionMethod": string;
  /** What the GGUF header allows without scaling; often the native context plus room to answer. */
  "context.header": number;
  quantizations: readonly string[];
  /** Files of one quantisation's split set. */
  "split.count": number;
  "split.prefix": string;
  type: string;
  task: string;
  "training.stage": string;
  license: string;
  baseModel: string;
  architecture: string;
  "rope.command": string;
  "rope.factor": number;
  "rope.originalContext": number;
  /** The card warns that scaling is static and may cost quality on short texts. */
  "rope.hurtsShortTexts": boolean;
  "sampling.thinking": SamplingValues;
  "sampling.nonThinking": SamplingValues;
  "sampling.general": SamplingValues;
  "presencePenalty.quantized": number;
  "output.usual": number;
  "output.hard": number;
  "thinking.switches": readonly string[];
  "thinking.templateVariable": string;
  "merge.command": string;
}

/** As the card writes them: `temperature`, `topP`, `topK`, `minP`, `presencePenalty`. */
export type SamplingValues = Readonly<Record<string, number>>;

export type Attribute = keyof FactValues;

/** Something that a source says of the model: what, of whom, and where it stands. */
export interface Fact<A extends Attribute = Attribute> {
  readonly attribute: A;
  readonly value: FactValues[A];
  readonly entity: string;
  readonly source: Source;
  readonly where: Where;
}

/** What one place says, before it is known whose it is. */
export type Found = { readonly [A in Attribute]?: FactValues[A] | undefined };

/** The facts of what was found; attributes without a value are left out. */
export function asFacts(found: Found, rest: Pick<Fact, "entity" | "source" | "where">): Fact[] {
  return Object.entries(found)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ({ attribute, value, ...rest }) as Fact);
}

export interface Where {
  /** Line in the document, from 1; a header has none. */
  readonly line?: number;
  /** Key of the front matter. */
  readonly key?: string;
  /** The words that say it. */
  readonly text: string;
}

/** Facts that name one value each, the most trusted source's first. */
export interface FactSheet {
  get<A extends Attribute>(attribute: A): Fact<A> | undefined;
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
  const chosen = new Map<Attribute, Fact>();
  const contradictions: Contradiction[] = [];
  for (const fact of facts) {
    const trusted = chosen.get(fact.attribute);
    if (trusted === undefined) chosen.set(fact.attribute, fact);
    else if (!agree(trusted, fact))
      contradictions.push({ attribute: fact.attribute, trusted, other: fact });
  }
  const get = <A extends Attribute>(attribute: A): Fact<A> | undefined =>
    chosen.get(attribute) as Fact<A> | undefined;
  return { get, facts, contradictions };
}

/** Half a per cent apart is the same count of weights, and so is what a card rounds by. */
const SAME_SHARE = 0.005;
/** No rounding is this coarse: `1T` is not 1.4T. */
const ROUNDED_SHARE = 0.1;

function agree(a: Fact, b: Fact): boolean {
  const { value: left } = a;
  const { value: right } = b;
  if (typeof left !== "number" || typeof right !== "number")
    return comparable(left) === comparable(right);
  const tolerance = a.attribute.startsWith("parameters.") ? roundingOf(left, right) : 0;
  return Math.abs(left - right) <= tolerance;
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
