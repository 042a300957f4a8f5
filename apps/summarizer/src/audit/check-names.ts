import { mentions } from "./claimant.ts";
import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import { isSameNumber, quantitiesOf } from "./quantity.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";
import { isLight, stemOf } from "./terms.ts";

/** What everybody calls things: no source need name them. */
const COMMON = new Set(
  "ai llm llms ml nlp moe gguf api apis ui i cot ide faq url gb mb tb kb gib mib hz khz mhz ghz db kwh cli gpu gpus cpu cpus a.i stem rl sft kv gqa mqa mha q k v bpe ffn".split(
    " ",
  ),
);

/** `YaRN`, `Qwen2.5-72B`, `MCP`: a capital inside or a digit in it. */
const COINED = /^(?=.*\p{L})(?:.*\p{Lu}.+|.+\p{Lu}.*|.*\d.*)$/u;

/** Each name that a claim has is in a source, which says it of whom the claim speaks of. */
export function checkNames(scrutiny: Scrutiny): Note[] {
  return namesOf(scrutiny).flatMap((name) => checkName(name, scrutiny));
}

/** Names of a claim: coined words, and words with a capital within a sentence. */
function namesOf({ claim, world }: Scrutiny): string[] {
  const text = claim.text.replace(/`[^`]*`/g, " ");
  const subject = new Set(
    [world.subject.name, world.subject.model, world.subject.family].map((name) =>
      name.toLowerCase(),
    ),
  );
  const found = [...text.matchAll(/[\p{L}\p{N}](?:[\p{L}\p{N}]|[-.+_'’@](?=[\p{L}\p{N}+]))*\+*/gu)];
  const names = found
    .filter(({ 0: word, index }) => isName(word, text.slice(0, index)))
    .map(([word]) => word.replace(/['’]s$/, ""))
    .filter((word) => !subject.has(word.toLowerCase()) && !isNumber(word));
  return [...new Set(names)];
}

function isNumber(word: string): boolean {
  return /^\d[\d.,]*(?:[-–][\d.,]+)?(?:[kmbtx]|bit|bits|th|st|nd|rd)?(?:-\p{Ll}[\p{Ll}-]*)*$/iu.test(
    word,
  );
}

function isName(word: string, before: string): boolean {
  if (/^\p{L}+n['’]t$/u.test(word)) return false;
  if (COINED.test(word) && !/^\p{Lu}\p{Ll}*(?:-\p{Ll}+)*$/u.test(word)) return !isOrdinary(word);
  const isCapital = /^\p{Lu}\p{Ll}{2,}$/u.test(word);
  const isWithin = /[\p{Ll}\d,)]\s["“(]?$/u.test(before) && !/[:.]\s$/.test(before);
  return isCapital && isWithin && !isLight(word.toLowerCase());
}

/** `Mixture-of-Experts`, `Long-Context`: words in title case. */
function isOrdinary(word: string): boolean {
  return word.split("-").every((part) => /^(?:\p{Lu}?\p{Ll}+|\d+)$/u.test(part));
}

function checkName(name: string, scrutiny: Scrutiny): Note[] {
  const { claim, claimant, world } = scrutiny;
  const key = name.toLowerCase();
  if (COMMON.has(key)) return [];
  const places = placesOf(name, scrutiny);
  if (places.length === 0) {
    if (isPartlyKnown(key, scrutiny) || isAbbreviation(name, scrutiny)) return [];
    return [{ verdict: "unsupported", code: "name", why: `no source names ${name}`, evidence: [] }];
  }
  const accepted = places.filter((passage) => claimant.accepts(passage));
  const [nearest] = accepted;
  if (nearest !== undefined) {
    if (accepted.some((passage) => isOfSame(key, passage, scrutiny))) return [];
    const why = `${name} is named in another connection there`;
    return [{ verdict: "unsupported", code: "name", why, evidence: [evidenceOfPassage(nearest)] }];
  }
  const isTold = claim.text.toLowerCase().includes(claimant.name.toLowerCase());
  const [first] = places;
  if (
    first === undefined ||
    world.relatives.some((relative) => relative.name.toLowerCase() === key)
  )
    return [];
  const why = `${name} is named of ${first.entity.name}, not of ${isTold ? claimant.name : "this model"}`;
  return [{ verdict: "other-entity", code: "name", why, evidence: [evidenceOfPassage(first)] }];
}

const MOST_TERMS_OF_LINE = 6;

/** A passage that has a claim's name and nothing else of it is about something else. */
function isOfSame(key: string, passage: Passage, { terms, claim, world }: Scrutiny): boolean {
  const { terms: own, around, kind } = passage;
  // A line of properties leaves out whose they are.
  if (kind === "entry" || own.size <= MOST_TERMS_OF_LINE) return true;
  const named = new Set(
    formsOf(key)
      .flatMap((form) => form.split(/[-+.]/))
      .map(stemOf),
  );
  const others = terms.filter((term) => !named.has(term) && !key.includes(term));
  if (others.length === 0 || others.some((term) => own.has(term) || around.has(term))) return true;
  const numbers = quantitiesOf(claim.text);
  return world.numbers
    .of(passage)
    .some((other) => numbers.some((number) => isSameNumber(other, number)));
}

/** The passages that have a name; of a compound's part only as the claim writes it: `OpenAI-compatible`. */
function placesOf(name: string, scrutiny: Scrutiny): Passage[] {
  const forms = formsOf(name.toLowerCase());
  const found = new Set(forms.flatMap((form) => scrutiny.world.names.get(form) ?? []));
  return [...found].filter(
    (passage) =>
      isInScope(scrutiny, passage) &&
      (passage.text.includes(name) || forms.some((form) => mentions(passage.text, form))),
  );
}

/** `GPUs` and `GPU`, `LM Studio` and `LMStudio`. */
function formsOf(key: string): string[] {
  return [...new Set([key, key.replace(/s$/, ""), `${key}s`, key.replaceAll("-", "")])];
}

/** `DPO` where the source has `direct preference optimization`. */
function isAbbreviation(name: string, scrutiny: Scrutiny): boolean {
  if (!/^\p{Lu}{2,6}$/u.test(name)) return false;
  const words = name
    .split("")
    .map((letter) => `${letter}[\\p{L}]*`)
    .join("[- ](?:of |and |for )?");
  const pattern = new RegExp(`(?<![\\p{L}])${words}`, "iu");
  return scrutiny.world.index.passages.some(
    (passage) => isInScope(scrutiny, passage) && pattern.test(passage.text),
  );
}

/** `STEM-code`, `C-centric`: a compound whose parts are known, as words or stems. */
function isPartlyKnown(key: string, { world }: Scrutiny): boolean {
  const parts = key.split(/[-+.]/).filter((part) => part !== "");
  const isKnown = (part: string): boolean =>
    world.names.has(part) || world.index.has(stemOf(part)) || COMMON.has(part) || isLight(part);
  return !/\d/.test(key) && parts.length > 1 && parts.every(isKnown)
    ? true
    : parts.length === 1 && world.index.has(stemOf(key));
}
