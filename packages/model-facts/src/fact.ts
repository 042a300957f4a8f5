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
  /** Files for download, one fact each. */
  file: ModelFile;
  /** Tokens in the vocabulary. */
  vocabulary: number;
  /** Width of the model between its layers. */
  "hidden.size": number;
  "embedding.dimensions": number;
  "embedding.pooling": string;
  type: string;
  /** `instruction-tuned`, where the card says so of a model whose name does. */
  tuning: string;
  /** What the card calls the model in the sentence that says what it is. */
  kind: string;
  task: string;
  developer: string;
  "release.date": string;
  /** Names in English, in the card's order. */
  languages: readonly string[];
  "languages.count": number;
  "modalities.input": string;
  "modalities.output": string;
  /** In hertz. */
  "audio.samplingRate": number;
  "image.resolution": string;
  "image.steps": number;
  "image.guidance": number;
  "training.tokens": number;
  "training.gpuHours": number;
  /** Examples of a data set, not tokens. */
  "training.samples": number;
  "training.losses": readonly string[];
  /** Hyperparameters, one fact each. */
  "training.setting": Property;
  /** Such as `ChatML`. */
  "prompt.format": string;
  "training.cutoff": string;
  "training.datasets": readonly string[];
  "training.stage": string;
  license: string;
  baseModel: string;
  /** Of a merge. */
  mergedModels: readonly string[];
  "merge.method": string;
  /** Results of tests, one fact each. */
  benchmark: Benchmark;
  /** What a card lists beside all these, one fact each. */
  property: Property;
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
  /** The longest answer that the model gives. */
  "output.most": number;
  "output.usual": number;
  "output.hard": number;
  "thinking.switches": readonly string[];
  "thinking.templateVariable": string;
  /** Thoughts of earlier turns are to be left out of the history. */
  "thinking.leftOutOfHistory": boolean;
  "merge.command": string;
}

export interface ModelFile {
  readonly quantization: string;
  /** As the card writes it, such as `4.9 GB`. */
  readonly size: string;
}

/** A score whose row and column both say what it is. */
export interface Benchmark {
  /** With what stands beside it in parentheses. */
  readonly name: string;
  /** As the card writes it. */
  readonly score: string;
  readonly metric?: string | undefined;
  /** Such as `5-shot` or `thinking`. */
  readonly setting?: string | undefined;
}

export interface Property {
  readonly name: string;
  readonly value: string;
}

/** As the card writes them: `temperature`, `topP`, `topK`, `minP`, `presencePenalty`, `repetitionPenalty`. */
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
