import type { Found } from "./fact.ts";
import { isNameOf, type Subject } from "./subject.ts";

/** Praise is not what a model is. */
const PRAISE =
  /\b(?:powerful|advanced|leading|state-of-the-art|sota|best|latest|new|next-generation|cutting-edge|groundbreaking|revolutionary|strong|highly|capable|versatile|innovative|efficient|our|ultra\w*|impressive|high-performance|robust)\b/i;

const MAX_WORDS = 8;
/** What a phrase that tells what a model is ends in. */
const HEAD =
  /^(?:is|are) (?:an? |the )([\p{L}\d/ -]{3,80}?\b(?:model|transformer|encoder|decoder|LLM|MoE|network|merge|vocoder))(?![\p{L}-])/u;

/** `Rill-2.8B is a pure state-space language model: …` → `pure state-space language model`. */
export function kindFacts(sentence: string, subject: Subject): Found {
  return { ...kindOf(sentence, subject), ...tuningOf(sentence, subject) };
}

/** `The model is an instruction-finetuned version of …` of a model that is called so. */
function tuningOf(sentence: string, { model }: Subject): Found {
  const isTuned =
    /[-_](?:instruct|it)(?=[-_]|$)/i.test(model) &&
    /\binstruct(?:ion)?[- ](?:fine-?)?tuned\b/i.test(sentence);
  return { tuning: isTuned ? "instruction-tuned" : undefined };
}

function kindOf(sentence: string, subject: Subject): Found {
  const verb = /^(.{2,100}?) (?=(?:is|are) )/.exec(sentence);
  const name = verb?.[1] ?? "";
  const isNamed = isNameOf(subject, name) || /^this(?: model| repository)?$/i.test(name);
  if (verb === null || !isNamed) return {};
  const phrase = HEAD.exec(sentence.slice(verb[0].length))?.[1] ?? "";
  const isPlain = phrase !== "" && phrase.split(" ").length <= MAX_WORDS && !PRAISE.test(phrase);
  return { kind: isPlain && !/\d/.test(phrase) ? phrase : undefined };
}
