import { type Entity, entityOf } from "@ggufkit/model-facts";
import type { Claim } from "./claim.ts";
import type { Passage } from "./passage.ts";
import type { Relative } from "./relative.ts";
import type { World } from "./world.ts";

/** Who a claim speaks of, and whose passages may therefore support it. */
export interface Claimant {
  /** The model of the summary, or its series. */
  readonly isOwn: boolean;
  /** Nor does the claim name another model beside it. */
  readonly isAlone: boolean;
  readonly name: string;
  /** Whether what a passage says is said of whom the claim speaks of. */
  accepts(passage: Passage): boolean;
  /** As `accepts`, for what a model is, not what is done with it: a runtime's range is no model's. */
  acceptsTrait(passage: Passage): boolean;
}

export function claimantOf(claim: Claim, world: World): Claimant {
  const { subject, relatives } = world;
  const own: Entity = { kind: "model", name: subject.model };
  const named = entityOf(claim.text, subject, own);
  const spoken = relatives.filter((relative) => isSpokenOf(relative, claim));
  const spokenNames = new Set(spoken.map(({ name }) => name));
  const siblings = new Set(spoken.filter(({ kind }) => kind === "sibling").map(({ name }) => name));
  // Named as what it was made of or is compared with, another model is not whom the claim is about.
  const isOther = siblings.size > 0 || (named.kind === "other" && isSubjectOf(claim, named.name));
  const mentioned = named.kind === "other" ? named.name : undefined;
  const stem = subject.family.split(/[-_ ]/)[0] ?? "";
  const runtimes = new Set(
    relatives
      .filter(
        ({ kind, isInCard, name }) =>
          kind === "runtime" && (isInCard || mentions(claim.sentence, name)),
      )
      .map(({ name }) => name),
  );
  // A sentence that names a sibling is true if its source names it as well.
  const isOfMentioned = ({ text, entity }: Passage): boolean =>
    mentioned !== undefined && (entity.name === mentioned || mentions(text, mentioned));
  const accepted = (passage: Passage): boolean => {
    if (spokenNames.has(passage.entity.name) || isOfMentioned(passage)) return true;
    return !isOther && (passage.entity.kind !== "other" || isOnSeries(passage, stem));
  };
  const [sibling] = siblings;
  return {
    isOwn: !isOther,
    isAlone: !isOther && mentioned === undefined,
    name: isOther ? (mentioned ?? sibling ?? subject.model) : subject.model,
    accepts: (passage) => accepted(passage) || (!isOther && runtimes.has(passage.entity.name)),
    acceptsTrait: accepted,
  };
}

/** A paper that has no model's name in its title may still speak of the series in a sentence. */
function isOnSeries({ text, entity }: Passage, stem: string): boolean {
  if (stem.length < 4 || entity.name.toLowerCase().startsWith(stem.toLowerCase())) return false;
  const first = text.replace(/^(?:The|Our) /, "");
  return first.startsWith(stem) && !/^[\w.-]*\w/.test(first.slice(stem.length));
}

/** Whether a claim begins with the name, or its sentence does. */
function isSubjectOf({ text, sentence, label }: Claim, name: string): boolean {
  if (label !== undefined && isNamedBy(label, name)) return true;
  return [text, sentence].some((said) =>
    placesOf(said, name).some((place) => isSubject(said.slice(0, place))),
  );
}

/** A method named by the way, `with X`, is not whom a sentence speaks of. */
const BY_THE_WAY =
  /\b(?:via|using|with|through|by|in|on|of|to|for|from|like|as|than|and|under|use|uses)\s+(?:the\s+)?["“'`]?$/i;
const ACCORDING =
  /\b(?:according to|authors of|paper on|reported (?:in|by)|claims? of|results? of|introduced (?:in|by))\s+(?:the\s+)?["“'`]?$/i;
/** Words before a subject: `The`, `In contrast, the sibling`. */
const MOST_WORDS_BEFORE = 6;

function isSpokenOf({ name, kind }: Relative, claim: Claim): boolean {
  const { sentence, label, headings, before } = claim;
  if (kind === "sibling") return isSubjectOf(claim, name);
  if (label !== undefined && isNamedBy(label, name)) return true;
  if (headings.some((heading) => isNamedBy(heading, name))) return true;
  const places = placesOf(sentence, name);
  if (places.some((place) => isSubject(sentence.slice(0, place)))) return true;
  // `The YaRN paper … . It …`: a sentence that begins with a pronoun goes on about the one before.
  const said = before.slice(0, Math.max(0, before.length));
  return (
    /^(?:it|they|this|these|its|their|the (?:paper|authors|framework|library|tool|runtime))\b/i.test(
      sentence,
    ) && lastSubject(said, name)
  );
}

function lastSubject(before: string, name: string): boolean {
  const sentences = before.split(/(?<=[.!?])\s+/).filter((text) => text.trim() !== "");
  return sentences
    .slice(-2)
    .some((text) => placesOf(text, name).some((place) => isSubject(text.slice(0, place))));
}

function isSubject(before: string): boolean {
  if (ACCORDING.test(before)) return true;
  const clause = before.split(/[;:]\s|\bthat\b/).at(-1) ?? "";
  if (clause.trim() !== "" && BY_THE_WAY.test(clause)) return false;
  return (
    clause.split(/\s+/).filter((word) => word !== "").length <= MOST_WORDS_BEFORE &&
    !/\b(?:is|are|has|have|supports?|uses?|extends?|reaches|runs?|offers?)\b/i.test(clause)
  );
}

/** A label or heading that is the name, or begins with it: `llama.cpp`, `YaRN paper`. */
function isNamedBy(text: string, name: string): boolean {
  return (
    text.toLowerCase().startsWith(name.toLowerCase()) && !/^[\w-]/.test(text.slice(name.length))
  );
}

/** Whether a text has a name as a whole word; `Qwen3-4B` is not in `Qwen3-4B-Base`. */
export function mentions(text: string, name: string): boolean {
  return placesOf(text, name).length > 0;
}

function placesOf(text: string, name: string): number[] {
  if (name === "") return [];
  const lower = text.toLowerCase();
  const wanted = name.toLowerCase();
  const places: number[] = [];
  let at = lower.indexOf(wanted);
  while (at !== -1) {
    const after = lower.slice(at + wanted.length, at + wanted.length + 2);
    if (!/[\w-]/.test(lower[at - 1] ?? " ") && !/^(?:\w|[-.]\w)/.test(after)) places.push(at);
    at = lower.indexOf(wanted, at + 1);
  }
  return places;
}
