import type { Found, SamplingValues } from "./fact.ts";
import { parseTokenCount } from "./quantity.ts";

const ADVICE =
  /\b(?:recommend|suggest|advise|use|using|set|setting|optimal|best|defaults?|empfehlen|empfohlen)/i;
/** Settings of a test are no advice. */
const REPORT = /\b(?:evaluat|judg|reported|baseline|scor|ablat|compar|avoid|instead of)/i;

/** What a sentence of a card recommends: sampling, lengths of answers, switches of thinking. */
export function recommendations(sentence: string): Found {
  const isAdvice = ADVICE.test(sentence) && !REPORT.test(sentence);
  return {
    ...(isAdvice && { ...readSampling(sentence), ...readLengths(sentence) }),
    ...readThinking(sentence),
    "rope.hurtsShortTexts": STATIC_SCALING.test(sentence) || undefined,
  };
}

const STATIC_SCALING = /\bstatic YaRN\b.{0,200}\bimpact\w* performance on shorter texts/i;

const SAMPLING_NAMES: Readonly<Record<string, string>> = {
  temperature: "temperature",
  topp: "topP",
  topk: "topK",
  minp: "minP",
  presencepenalty: "presencePenalty",
  repetitionpenalty: "repetitionPenalty",
  repeatpenalty: "repetitionPenalty",
};

/** A range or a list after the number makes it no setting. */
const SETTING =
  /\b(temperature|top[-_ ]?p|top[-_ ]?k|min[-_ ]?p|(?:presence|repetition|repeat)[-_ ]?penalty) ?(?:[=:]| of | to ) ?(\d{1,6}(?:\.\d{1,6})?)(?![\d.]*\d| ?[-–~/] ?\d| to \d| or \d)/gi;

/** The values of matched names and numbers; undefined where one name has two. */
function settingsOf(matches: Iterable<RegExpMatchArray>): Record<string, number> | undefined {
  const values: Record<string, number> = {};
  for (const [, name = "", value = ""] of matches) {
    const plain = name
      .toLowerCase()
      .replace(/[-_ ]/g, "")
      .replace(/^temp$/, "temperature")
      .replace(/^rep(?:eat)?pen(?:alty)?$/, "repetitionpenalty");
    const key = SAMPLING_NAMES[plain] ?? name;
    if (values[key] !== undefined && values[key] !== Number(value)) return undefined;
    values[key] = Number(value);
  }
  return values;
}

/** `Temperature=0.6, TopP=0.95, …` and the mode that the sentence names. */
function readSampling(text: string): Found {
  const values = settingsOf(text.matchAll(SETTING));
  if (values === undefined) return {};
  const quantized = /\bquanti[sz]ed\b/i.test(text) ? values["presencePenalty"] : undefined;
  // A temperature alone is advice only where the card says so.
  const isEnough = Object.keys(values).length > 1 || /\brecommend/i.test(text);
  if (values["temperature"] === undefined || !isEnough)
    return { "presencePenalty.quantized": quantized };
  return samplingOf(text, values);
}

/** `Temperature: 1.05`, `"top_p": 0.8,` or `min_p=0.1` in a line of its own. */
const LISTED =
  /^\s*"?(temperature|temp|top[-_ ]?p|top[-_ ]?k|min[-_ ]?p|(?:presence|repetition|repeat|rep)[-_ ]?pen(?:alty)?)"?\s*[:=]\s*(\d{1,6}(?:\.\d{1,6})?)(?![\d.]*\d| ?[-–~/] ?\d)/gim;
/** What announces such a list. */
const ANNOUNCES =
  /\b(?:sampl(?:ing|ers?)|generation (?:settings|parameters|config)|recommended (?:parameters|settings|values)|(?:good|our) defaults|settings|presets?)\b/i;

/** What a list of settings recommends: lines of code or bullets behind a sentence or a heading that says so. */
export function listedSampling(list: string, announced: string): Found {
  const values = ANNOUNCES.test(announced) ? settingsOf(list.matchAll(LISTED)) : undefined;
  return values?.["temperature"] === undefined ? {} : samplingOf(announced, values);
}

const NON_THINKING_MODE =
  /\bnon-?(?:thinking|reasoning)\b|\b(?:direct|instant|fast|quick) mode\b|\b(?:thinking|reasoning) (?:off|false)\b/i;
const THINKING_MODE = /(?<!non-)(?<!non)\b(?:thinking|reasoning)(?: mode| true)\b|\bslow mode\b/i;
/** A mode of another name: what holds in it does not hold in general. */
const SOME_MODE = /\bfor [\w/`-]{1,30} mode\b/i;

function samplingOf(text: string, sampling: SamplingValues): Found {
  const isNonThinking = NON_THINKING_MODE.test(text);
  const isThinking = THINKING_MODE.test(text);
  if (isNonThinking && isThinking) return {};
  if (isNonThinking) return { "sampling.nonThinking": sampling };
  if (isThinking) return { "sampling.thinking": sampling };
  return SOME_MODE.test(text) ? {} : { "sampling.general": sampling };
}

function readLengths(text: string): Found {
  const usual = /\boutput length of ([\d,]{1,12}) tokens\b/i.exec(text)?.[1];
  const hard = /\bmax(?:imum)? output length to ([\d,]{1,12}) tokens\b/i.exec(text)?.[1];
  return {
    "output.usual": usual === undefined ? undefined : parseTokenCount(usual),
    "output.hard": hard === undefined ? undefined : parseTokenCount(hard),
  };
}

/** Histories that hold the answers without the thoughts that led to them. */
const HISTORY =
  /\bhistor(?:y|ical)\b.{0,200}\b(?:only include the final|not (?:need to )?include the think|without (?:the )?th(?:inking|oughts))|\b(?:thoughts|thinking content)\b.{0,120}\b(?:removed|left out|stripped|dropped|excluded) (?:from|of) the history\b/i;

/** A rule that has exceptions is told in the card's own words. */
const EXCEPTION = /\b(?:except|unless|but|only when|other than)\b/i;

function readThinking(text: string): Found {
  const [, on, off] =
    /\badd (\/\w{1,30}) and (\/\w{1,30}) to (?:user )?prompts\b/i.exec(text) ?? [];
  return {
    "thinking.switches": on === undefined || off === undefined ? undefined : [on, off],
    "thinking.leftOutOfHistory": (HISTORY.test(text) && !EXCEPTION.test(text)) || undefined,
    "thinking.templateVariable": /\b(enable_thinking) ?=/.exec(text)?.[1],
  };
}
