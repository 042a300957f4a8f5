import type { Found } from "./fact.ts";
import { parseParameterCount, parseTokenCount } from "./quantity.ts";

/** What `Key: value` says, by its whole key. The first rule whose key fits is taken. */
const RULES: readonly { readonly key: RegExp; readonly read: (value: string) => Found }[] = [
  {
    key: /^(?:number of )?(?:param\w*,? \(?non-?embeddings?\)?|non-?embedding param\w*)$/,
    read: (value) => ({ "parameters.nonEmbedding": parseParameterCount(value) }),
  },
  {
    key: /^(?:number of )?activ(?:e|ated) param\w*(?: count)?$/,
    read: (value) => ({ "parameters.active": parseParameterCount(value) }),
  },
  {
    // Cards of the Qwen team write "Paramaters".
    key: /^(?:number of )?(?:total )?(?:params|par[ae]m[ae]ters?)(?: count)?(?: \(total\))?$|^model size$/,
    read: readParameters,
  },
  {
    key: /^(?:number of )?(?:hidden |transformer )?layers$/,
    read: (value) => ({ layers: readCount(value, "layers") }),
  },
  { key: /^(?:number of )?attention heads(?: \((?:gqa|mqa|mha)\))?$/, read: readHeads },
  {
    key: /^(?:number of )?(?:kv|key[-/ ]value) heads$/,
    read: (value) => ({ "heads.keyValue": readCount(value, "heads") }),
  },
  {
    key: /^(?:number of )?activ(?:e|ated) experts$/,
    read: (value) => ({ "experts.active": readCount(value, "experts") }),
  },
  {
    key: /^(?:number of )?(?:total )?experts$/,
    read: (value) => ({ "experts.total": readCount(value, "experts") }),
  },
  { key: /^(?:max(?:imum)? )?context (?:length|window|size)$/, read: readContext },
  { key: /^(?:available )?quanti[sz]ations?$/, read: readQuantizations },
  { key: /^(?:model )?type$/, read: (value) => ({ type: readLabel(value) }) },
  { key: /^training stage$/, read: (value) => ({ "training.stage": readLabel(value) }) },
];

/** Sections on a part of the model, or on another one beside it, whose numbers are not the model's. */
const PART =
  /\b(?:encoder|decoder|draft|teacher|reward model|tokenizer|vision|audio|projector|adapter|lora|ablations?|baselines?|evaluation|other models)\b/i;

const MAX_VALUE_CHARACTERS = 300;

/** What a line says as `Key: value`, under its headings; nothing where it is no such line. */
export function propertyFacts(text: string, headings: readonly string[]): Found {
  const colon = text.indexOf(": ");
  const key = colon === -1 || colon > 60 ? "" : text.slice(0, colon).trim().toLowerCase();
  const rule = RULES.find((candidate) => candidate.key.test(key));
  const value = text
    .slice(colon + 1)
    .trim()
    .replace(/\.$/, "");
  if (rule === undefined || value.length > MAX_VALUE_CHARACTERS) return {};
  return headings.some((heading) => PART.test(heading)) ? {} : rule.read(value);
}

/** `235B in total and 22B activated`, `106B (12B active)`. */
function readParameters(value: string): Found {
  const total: string[] = [];
  const active: string[] = [];
  for (const clause of clausesOf(value)) {
    const counts =
      clause.match(/(?<![\w.,])~?\d[\d.,]*\s?(?:[KMBT]|[mbt]illion)?(?![\w.,])/gi) ?? [];
    if (counts.length > 1) return {};
    if (/\bnon-?embedding/i.test(clause)) continue;
    (/\bactiv/i.test(clause) ? active : total).push(...counts);
  }
  return {
    "parameters.total": onlyOne(total, parseParameterCount),
    "parameters.active": onlyOne(active, parseParameterCount),
  };
}

function readHeads(value: string): Found {
  const query = /\b(\d{1,5}) (?:for q\b|q(?:uery)? heads)/i.exec(value)?.[1];
  const keyValue = /\b(\d{1,5}) (?:for kv?\b|(?:kv|key[-/ ]value) heads)/i.exec(value)?.[1];
  return {
    "heads.query": query === undefined ? readCount(value, "heads") : Number(query),
    "heads.keyValue": keyValue === undefined ? undefined : Number(keyValue),
  };
}

/** Ways to extend the context beyond what a model was trained for. */
const EXTENSION = /\b(?:with|using|via|through) (YaRN|LongRoPE|RoPE scaling|DCA|NTK)\b/i;

/** `32,768 natively and 131,072 tokens with YaRN`, `128K tokens`. */
function readContext(value: string): Found {
  const native: string[] = [];
  const extended: string[] = [];
  for (const clause of clausesOf(value)) {
    const counts = clause.match(/(?<![\w.,])\d[\d.,]*\s?[KM]?(?![\w.,])/gi) ?? [];
    if (/\b(?:output|generat\w+|extend\w*|extensible)\b/i.test(clause)) continue;
    (EXTENSION.test(clause) ? extended : native).push(...counts);
  }
  const reach = onlyOne(extended, readTokens);
  return {
    "context.native": onlyOne(native, readTokens),
    "context.extended": reach,
    "context.extensionMethod": reach === undefined ? undefined : EXTENSION.exec(value)?.[1],
  };
}

/** Only powers of two are surely binary: a context of `200K` may be 200,000. */
function readTokens(text: string): number | undefined {
  const count = parseTokenCount(text);
  const isExact = /\d$/.test(text) || (count !== undefined && Number.isInteger(Math.log2(count)));
  return isExact && !/m$/i.test(text) ? count : undefined;
}

const QUANTIZATION =
  /^(?:ud-)?(?:i?q\d(?:_[a-z\d]{1,3}){0,3}|tq\d_0|bf16|fp?16|f32|mxfp4(?:_moe)?)$/i;

/** A list with anything else in it is no list of files. */
function readQuantizations(value: string): Found {
  const labels = value.split(/,|;|\band\b/).map((label) => label.trim());
  const named = labels.filter((label) => label !== "");
  const isList = named.length > 0 && named.every((label) => QUANTIZATION.test(label));
  return { quantizations: isList ? named : undefined };
}

/** Longer ones are sentences. */
const MAX_LABEL_CHARACTERS = 60;

function readLabel(value: string): string | undefined {
  const isSentence = /^an? |^this |\. |\?$|https?:/i.test(value);
  return isSentence || value.length > MAX_LABEL_CHARACTERS ? undefined : value;
}

/** `94`, `94 layers`, `61 (including 1 dense layer)`; not `24 encoder, 24 decoder`. */
function readCount(value: string, unit: string): number | undefined {
  const [, digits, counted] =
    /^(\d{1,3}(?:,\d{3})*|\d{1,6})(?: ([a-z]+))?(?: \(.*\))?$/i.exec(value) ?? [];
  const isOfUnit = counted === undefined || counted.toLowerCase() === unit;
  return digits === undefined || !isOfUnit ? undefined : Number(digits.replaceAll(",", ""));
}

/** The parts of a value of which each may say something of its own. */
function clausesOf(value: string): string[] {
  return value.split(/[,;] |[()/]|\band\b/).filter((clause) => clause.trim() !== "");
}

/** The one value that all texts say; none where they differ, or one says none. */
function onlyOne(
  texts: readonly string[],
  read: (text: string) => number | undefined,
): number | undefined {
  const values = new Set(texts.map((text) => read(text.trim())));
  const [value] = values;
  return values.size === 1 ? value : undefined;
}
