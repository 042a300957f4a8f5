import type { Found } from "./fact.ts";
import { isKnownKey, isOnPart } from "./property-facts.ts";

/** Sections whose lists of `key: value` describe the model. */
const DESCRIBING =
  /\b(?:details?|specifications?|overview|architecture|description|facts|properties|configuration|features|parameters|hardware|training|model card|at a glance|eckdaten)\b/i;
/** Keys of links, names and people, and of what the page says elsewhere. */
const NOT_OF_THE_MODEL =
  /\b(?:repository|repo|paper|demo|blog|website|homepage|contact|point of contact|github|link|url|doi|arxiv|funded by|shared by|finetuned from|discord|twitter|steps?|note|siblings?|press|page|terms|precision|framework|neural networks)\b|^(?:model )?name$|^model$/i;

const MAX_KEY_WORDS = 4;
const MAX_VALUE_CHARACTERS = 60;
const MAX_VALUE_WORDS = 8;
/** What goes on as a sentence does: `Maintains support for …`, `A 128k window`. */
const SENTENCE =
  /^(?:An?|The|Our|We|It|Has|Is|Can|\p{Lu}\p{Ll}+(?:ains|izes|ides|ables|orts|ers|ses|ows|ates)) /u;

/** A property that there is no rule for, as a card lists it: `State size: 128`. */
export function listedProperty(text: string, headings: readonly string[]): Found {
  const [, name = "", value = ""] = /^([^:]{2,40}): (.{1,200})$/s.exec(text) ?? [];
  const isListed = DESCRIBING.test(headings.at(-1) ?? "") && !headings.some(isOnPart);
  const isKey = name.split(" ").length <= MAX_KEY_WORDS && /^\p{Lu}[\p{L}\d /()-]+$/u.test(name);
  const isWord = value.split(" ").length <= MAX_VALUE_WORDS && !SENTENCE.test(value);
  const isValue =
    isWord &&
    value.length <= MAX_VALUE_CHARACTERS &&
    !/https?:|[.!?] |[.!?]$|[{}<>|@]|discord|\b(?:is|are|be)$/i.test(value);
  if (!isListed || !isKey || !isValue) return {};
  return isKnownKey(name) || NOT_OF_THE_MODEL.test(name) ? {} : { property: { name, value } };
}
