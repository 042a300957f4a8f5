import type { Found } from "./fact.ts";
import { isOnPart } from "./property-facts.ts";
import { DATE, readFrequency, readTokens } from "./property-values.ts";
import { parseParameterCount } from "./quantity.ts";
import type { Subject } from "./subject.ts";
import { toldOfModel } from "./told-of-model.ts";

const NUMBER = "\\d{1,3}(?:,\\d{3}){1,4}|\\d{1,6}(?:\\.\\d{1,4})?";
const BIG = `(?:${NUMBER})[- ]?(?:[MBT]\\b|(?:m|b|tr)illion\\b)`;
const TOKENS = `(?:${NUMBER})(?: ?K\\b)?`;

type Reader = (sentence: string) => Found;

const READERS: readonly Reader[] = [
  readParameterCounts,
  readTraining,
  readContextWindow,
  readShape,
  readOutput,
  readVocabulary,
  readEmbedding,
  readPublication,
  readMedia,
];

/**
 * What a sentence on the model states in words: `has 7 billion parameters`, `trained on 15T tokens`.
 * Nothing where it may be said of something else, or gives several numbers for one thing.
 */
export function proseFacts(sentence: string, subject: Subject): Found {
  const told = toldOfModel(sentence, subject);
  if (told === undefined) return {};
  const readers = isOnPart(told) ? [readMedia, readVocabulary] : READERS;
  return Object.assign({}, ...readers.map((read) => read(told))) as Found;
}

/** `80 billion parameters in total, of which 6 billion are activated` */
function readParameterCounts(sentence: string): Found {
  return {
    "parameters.total": only(
      sentence,
      `(${BIG})(?:-| of | |)(?:total |model |trainable )?parameters?\\b(?! (?:are |is )?activ)`,
      parseBig,
    ),
    "parameters.active": only(
      sentence,
      `(${BIG}) (?:parameters )?(?:are |is )?activ(?:e|ated)\\b|\\bactivat(?:es|ing) (?:only )?(${BIG})`,
      parseBig,
    ),
  };
}

/** The count of a run of its own; those of stages and mixes are several. */
function readTraining(sentence: string): Found {
  // The phases of one run, and what came after it.
  const [main = ""] = sentence
    .replace(/ (?:in|over|through) (?:two|three|four|five|\d) (?:phases|stages)\b/, "")
    .split(/, (?:then|and (?:then|finally))\b/);
  const counts = main.match(new RegExp(`${BIG} (?:\\w+ )?tokens`, "gi")) ?? [];
  const isWhole =
    counts.length === 1 &&
    !/\b(?:stages?|phases?|then|last|next|tun(?:ed|ing)|annealing|extension|mid-?training)\b/i.test(
      main,
    );
  const tokens = only(
    main,
    `\\b(?:saw|has seen) (?:a total of )?~?(${BIG}) (?:\\w+ )?tokens|\\b(?:pre-?)?train(?:ed|ing)\\b[^.;]{0,80}?\\b(?:on|over|with|using) (?:a total of )?~?(${BIG}) (?:\\w+ )?tokens`,
    parseBig,
  );
  return {
    "training.tokens": isWhole ? tokens : undefined,
    "training.samples": only(
      main,
      `\\b(?:fine-?)?(?:trained|tuned) on (${BIG}|${NUMBER}) (?:\\w+ )?(?:samples|examples)\\b`,
      parseBig,
    ),
    "training.cutoff": dateAfter(
      sentence,
      "(?:knowledge|data|dataset)(?: has an?| with)? cut-?off(?: dates?)?(?: for the training data)?(?: of| is| was|:| in)?",
    ),
  };
}

function readOutput(sentence: string): Found {
  return {
    "output.most": only(
      sentence,
      `\\b(?:output context|max(?:imum)? output(?: length)?|maximum output tokens) (?:of|is|:) (${TOKENS}) tokens`,
      (count) => readTokens(count.replace(/ (?=K)/i, "")),
    ),
    "prompt.format":
      /\b(?:trained (?:with|on)|us(?:es|ing)|follows|speaks|format(?: is|:)?) (?:the )?(ChatML|Alpaca|Vicuna)\b/.exec(
        sentence,
      )?.[1],
  };
}

const SCALED = /\b(?:yarn|scal\w+|extend\w*|extrapolat\w+|validated|beyond|output|batch)\b/i;

function readContextWindow(sentence: string): Found {
  if (SCALED.test(sentence)) return {};
  return {
    "context.native": only(
      sentence,
      `\\bcontext(?: (?:window|length|size)(?: of| is|:)?| of) (?:up to )?(${TOKENS})(?: tokens|[,.;]|$)|\\b(${TOKENS})(?: tokens?|-tokens?)? context (?:window|length)|\\b(${TOKENS}) tokens of context\\b|(?<!sliding |sliding-|attention |local )\\bwindow of (${TOKENS}) tokens\\b`,
      (count) => readTokens(count.replace(/ (?=K)/i, "")),
    ),
  };
}

function readShape(sentence: string): Found {
  return {
    layers: only(
      sentence,
      "\\b(?:has|have|with|in|and|its|parameters,) (\\d{1,3}) (?:transformer |decoder |hidden )?layers\\b",
      Number,
    ),
    "languages.count": only(
      sentence,
      "(?<!(?:over|than|least|about|to) )\\b(?:supports?|covers?|understands?|speaks?) (\\d{1,3}) (?:natural |human )?languages\\b",
      Number,
    ),
  };
}

function readVocabulary(sentence: string): Found {
  return {
    vocabulary: only(
      sentence,
      `\\bvocabulary(?: size)?(?: of| is|:)? ((?:${NUMBER})(?: ?K\\b)?)(?= tokens|[,.;]| |$)|\\b((?:${NUMBER}) ?K) vocabulary\\b`,
      parseParameterCount,
    ),
  };
}

function readEmbedding(sentence: string): Found {
  return {
    "embedding.dimensions": only(
      sentence,
      `\\b(${NUMBER})[- ]dimension(?:al)? (?:dense )?(?:embeddings?|vectors?)`,
      parseParameterCount,
    ),
    "embedding.pooling": /\b(mean|last[- ]token|CLS|max|weighted mean)[- ]pooling\b/i.exec(
      sentence,
    )?.[1],
  };
}

const LICENSED =
  /\b(?:released|licensed|available|published|distributed) under (?:the |an? )?((?:[A-Z][\w.+-]{1,20}|\d\.\d)(?: (?:[A-Z][\w.+-]{1,20}|\d\.\d)){0,4}?)(?: [Ll]icen[sc]e\b|[.,;]|$| and)/;

function readPublication(sentence: string): Found {
  return {
    license: /\b(?:code|repository|dataset|data set)\b/i.test(sentence)
      ? undefined
      : LICENSED.exec(sentence)?.[1],
    "release.date": dateAfter(sentence, "(?:was |is )?(?:released|published) (?:on|in)"),
  };
}

function readMedia(sentence: string): Found {
  const rate = /\bsampl(?:ed at|ing rate of|e rate of) /i.test(sentence)
    ? readFrequency(sentence)
    : undefined;
  return {
    "audio.samplingRate": rate,
    "image.steps": only(
      sentence,
      "\\bsteps (?:is|of|=) (\\d{1,3})\\b|\\brecommend\\w* (\\d{1,3}) (?:inference |sampling |denoising )?steps\\b",
      Number,
    ),
    "image.guidance": only(
      sentence,
      "\\bguidance(?: scale)? (?:of|is|=) ?(\\d{1,2}(?:\\.\\d{1,2})?)\\b",
      Number,
    ),
    "merge.method": /\bmerged (?:with|using) the ([A-Z][\w-]{2,30}) (?:merge )?method\b/.exec(
      sentence,
    )?.[1],
  };
}

function dateAfter(sentence: string, words: string): string | undefined {
  return new RegExp(`\\b${words} (${DATE})(?![\\d-])`, "i").exec(sentence)?.[1];
}

function parseBig(count: string): number | undefined {
  return parseParameterCount(count.replace("-", " "));
}

/** What the pattern finds, if it finds one thing; of its groups that which took part. */
function only(
  sentence: string,
  pattern: string,
  read: (text: string) => number | undefined,
): number | undefined {
  const found = [...sentence.matchAll(new RegExp(pattern, "gi"))].map((match) =>
    read(match.slice(1).find((group) => group !== undefined) ?? ""),
  );
  const [value] = found;
  return new Set(found).size === 1 && value !== undefined && !Number.isNaN(value)
    ? value
    : undefined;
}
