import type { Found } from "./fact.ts";
import { parseParameterCount, parseTokenCount } from "./quantity.ts";

/** `235B in total and 22B activated`, `106B (12B active)`. */
export function readParameters(value: string): Found {
  const total: string[] = [];
  const active: string[] = [];
  for (const clause of clausesOf(value)) {
    const counts =
      clause.match(/(?<![\w.,])~?\d[\d.,]*\s?(?:[KMBT]|(?:m|b|tr)illion)?(?![\w.,])/gi) ?? [];
    if (counts.length > 1) return {};
    if (/\bnon-?embedding/i.test(clause)) continue;
    (/\bactiv/i.test(clause) ? active : total).push(...counts);
  }
  return {
    "parameters.total": onlyOne(total, parseParameterCount),
    "parameters.active": onlyOne(active, parseParameterCount),
  };
}

export function readHeads(value: string): Found {
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
export function readContext(value: string): Found {
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
export function readTokens(text: string): number | undefined {
  const count = parseTokenCount(text);
  const isExact = /\d$/.test(text) || (count !== undefined && Number.isInteger(Math.log2(count)));
  return isExact && !/m$/i.test(text) ? count : undefined;
}

const QUANTIZATION =
  /^(?:ud-)?(?:i?q\d(?:_[a-z\d]{1,3}){0,3}|tq\d_0|bf16|fp?16|f32|mxfp4(?:_moe)?)$/i;

export function isQuantization(label: string): boolean {
  return QUANTIZATION.test(label);
}

/** A list with anything else in it is no list of files. */
export function readQuantizations(value: string): Found {
  const labels = value.split(/,|;|\band\b/).map((label) => label.trim());
  const named = labels.filter((label) => label !== "");
  const isList = named.length > 0 && named.every(isQuantization);
  return { quantizations: isList ? named : undefined };
}

/** Longer ones are sentences. */
const MAX_LABEL_CHARACTERS = 60;

export function readLabel(value: string): string | undefined {
  const isSentence = /^an? |^this |\. |\?$|https?:/i.test(value);
  return isSentence || value.length > MAX_LABEL_CHARACTERS ? undefined : value;
}

/** `94`, `94 layers`, `61 (including 1 dense layer)`; not `24 encoder, 24 decoder`. */
export function readCount(value: string, unit: string): number | undefined {
  const [, digits, counted] =
    /^(\d{1,3}(?:,\d{3})*|\d{1,6})(?: ([a-z]+))?(?: \(.*\))?$/i.exec(value) ?? [];
  const isOfUnit = counted === undefined || counted.toLowerCase() === unit;
  return digits === undefined || !isOfUnit ? undefined : Number(digits.replaceAll(",", ""));
}

/** `15T tokens`, `2.6 trillion`, `400B`; nothing where there are several. */
export function readTrainingTokens(value: string): number | undefined {
  const [, count] =
    /^~?(\d[\d.,]*\+?\s?(?:[KMBT]|(?:m|b|tr)illion)\+?)(?: tokens)?(?: \(.*\))?$/i.exec(value) ??
    [];
  return count === undefined ? undefined : parseParameterCount(count.replaceAll("+", ""));
}

/** `152K`, `152,064 tokens`, `8,192 sentence pieces`. */
export function readVocabulary(value: string): number | undefined {
  const [, count] = /^~?(\d[\d.,]*)(?: [a-z-]+){0,2}(?: \(.*\))?$/i.exec(value) ?? [];
  return count === undefined ? undefined : parseParameterCount(count);
}

/** `16 kHz`, `16000 Hz`, in hertz. */
export function readFrequency(value: string): number | undefined {
  const [, count, kilo] = /\b(\d{1,6}(?:,\d{3})?(?:\.\d{1,3})?) ?(k?)hz\b/i.exec(value) ?? [];
  if (count === undefined) return undefined;
  return Math.round(Number(count.replace(",", "")) * (kilo === "" ? 1 : 1000));
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?";
/** `14 March 2026`, `March 14, 2026`, `Mar 2026`, `2026-03-14`, `2026`. */
export const DATE: string = `(?:\\d{1,2}(?:st|nd|rd|th)? )?${MONTH} (?:\\d{1,2}(?:st|nd|rd|th)?,? )?\\d{4}|\\d{4}-\\d{2}(?:-\\d{2})?|20\\d{2}`;

export function readDate(value: string): string | undefined {
  return new RegExp(`^(?:${DATE})$`, "i").exec(value)?.[0];
}

/** `English, Japanese`, or `24 languages`. */
export function readLanguages(value: string): Found {
  const count = /^(\d{1,3}) (?:\w+ )?languages$/i.exec(value)?.[1];
  const names = value.split(/, ?(?:and )?| and /).map((name) => name.trim());
  const isList = names.every((name) => /^\p{Lu}\p{L}{2,20}(?: \(?\p{L}{2,20}\)?)?$/u.test(name));
  return {
    "languages.count": count === undefined ? undefined : Number(count),
    languages: isList ? names : undefined,
  };
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
