import { namesForeignModel } from "./entity.ts";
import { isOnPart } from "./property-facts.ts";
import type { Subject } from "./subject.ts";

/** What a sentence says of another model than the card's, or of a part or a moment of this one. */
const ASIDE =
  /\b(?:teacher|predecessor|previous|earlier|former|baselines?|unlike|sibling|relative|larger model|smaller model|distill\w*|pruned|cut from|instead of|compared|another|other|if|would|could|example|e\.g\.|ablation|speculative|aim|quality of|cost of|outperforms?|rivals?|match(?:es)?|parity)\b/i;

/** The part of a sentence that states something of the model, not of another; undefined where none does. */
export function toldOfModel(text: string, subject: Subject): string | undefined {
  const sentence = withoutBase(text, subject);
  if (isOfSeries(sentence, subject) || namesForeignModel(sentence, subject)) return undefined;
  const told = isAside(sentence) ? partBefore(RELATIVE, sentence) : sentence;
  if (isAside(told)) return undefined;
  const whole = partBefore(PART_OF, told);
  return isOnPart(told) && !isOnPart(whole) ? whole : told;
}

/**
 * A sentence that names what the model was tuned from, without that name and what is said of it:
 * `a finetune of its base, and it keeps a window of 65,536 tokens`.
 */
function withoutBase(text: string, { bases = [] }: Subject): string {
  const base = bases.find((name) => text.indexOf(name) > 0);
  if (base === undefined) return text;
  return partBefore(
    RELATIVE,
    text.replaceAll(base, "its base").replace(/its base \([^()]*\)/, "its base"),
  );
}

/** What may be of something else: `from Spindle, from which owners could …`. */
const RELATIVE = /, (?:(?:from|of|to|for|in|with) )?(?:which|who|whose|where)\b/;
/** `12.2 billion parameters, of which 0.4 billion belong to the encoder` */
const PART_OF = /,? (?:of which|including) /;

function partBefore(joint: RegExp, sentence: string): string {
  return sentence.split(joint)[0] ?? "";
}

/** Labels, and `May 2025 and earlier`, make no aside. */
function isAside(sentence: string): boolean {
  return ASIDE.test(sentence.replace(/^[^:.]{2,60}: |\band earlier\b/g, ""));
}

/**
 * `Basalt-2 has 92 layers` on the card of Basalt-2-Air: a series is often called by the name of its
 * largest model.
 */
export function isOfSeries(sentence: string, { family, model }: Subject): boolean {
  const rest = sentence.toLowerCase().startsWith(family.toLowerCase())
    ? sentence.slice(family.length)
    : "";
  return family !== model && /^ (?:has|have|had|comes with|uses|is an?)\b/.test(rest);
}
