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

export interface Where {
  /** Line in the document, from 1; a header has none. */
  readonly line?: number;
  /** Key of the front matter or of the GGUF header. */
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
 * attribute; others that say something else are listed as contradictions, except that a header's
 * exact count agrees with a card's rounded one (`235B` for 235,093,634,560).
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

/** A card rounds parameter counts to three digits at most: half a per cent apart is the same. */
const ROUNDING = 0.005;

function agree(a: Fact, b: Fact): boolean {
  if (typeof a.value === "number" && typeof b.value === "number") {
    const tolerance = a.attribute.startsWith("parameters.") ? ROUNDING * a.value : 0;
    return Math.abs(a.value - b.value) <= tolerance;
  }
  const plain = (value: unknown): string => JSON.stringify(value).toLowerCase();
  return plain(a.value) === plain(b.value);
}
