import { comparable, isPackagedAs, trimEnd, TUNED } from "./model-name.ts";
import { ancestorIn, MOST_BEFORE, otherModel } from "./other-model.ts";
import { isNameOf, isShortNameOf, type Subject } from "./subject.ts";

/** Who a statement speaks of: the model itself, its series, or another model or thing. */
export interface Entity {
  readonly kind: "model" | "family" | "other";
  readonly name: string;
}

/** Words that a series' name takes without becoming another model's. */
const GENERIC_PARTS = new Set(["moe", "dense", "series", "family", "based", "style", "models"]);

/**
 * Who `text` speaks of. The series' name with a size, a date or a variant of its own is another
 * checkpoint; a text that names one is the other's, even where it names the model too, unless it
 * counts up several, the model among them. So is a text that speaks of another size, of another
 * version of the series (`Qwen2.5` beside `Qwen3`) or of what the model was made of; beside the model's
 * own name such a name is a comparison. `fallback` is who the document speaks of, where the text names
 * nobody.
 */
export function entityOf(text: string, subject: Subject, fallback: Entity): Entity {
  const family: Entity = { kind: "family", name: subject.family };
  const ancestor = ancestorIn(text, subject);
  if (ancestor === "series") return family;
  if (ancestor !== undefined) return { kind: "other", name: ancestor };
  const names = mentions(text, subject);
  const own = names.find(({ kind }) => kind === "model");
  if (own !== undefined && isEnumeration(text, subject)) return family;
  const sibling = names.find(
    ({ kind, name }, at) =>
      kind === "other" && (at === 0 ? !isBaseBehind(text, name, subject) : !isBase(name, subject)),
  );
  if (sibling !== undefined) return sibling;
  if (own !== undefined) return { kind: "model", name: subject.model };
  if (names.length > 0 || isOfDistilled(text, subject)) return family;
  const other = otherModel(text, subject);
  return other === undefined ? fallback : { kind: "other", name: other };
}

function isBase(name: string, { bases = [] }: Subject): boolean {
  return bases.some((base) => comparable(base) === comparable(name));
}

/** `The model is a tuned version of Aria-7B-Base`: the base is not whom that speaks of. */
function isBaseBehind(text: string, name: string, subject: Subject): boolean {
  return isBase(name, subject) && text.indexOf(name) > MOST_BEFORE;
}

/** `A, B and C are …`, of which the subject is one. */
function isEnumeration(text: string, subject: Subject): boolean {
  const [first, second] = [...text.matchAll(namePattern(subject.family))];
  if (first === undefined || second === undefined || first.index > MOST_BEFORE) return false;
  const between = text.slice(first.index + first[0].length, second.index);
  return /^(?:, | and | & |, and )$/.test(between);
}

/** The models that were distilled from a larger one, on a card that they share with it. */
function isOfDistilled(text: string, { model }: Subject): boolean {
  return /distill/i.test(model) && /\bdistilled (?:models|versions|checkpoints)\b/i.test(text);
}

/** `Granary-32B`, `Gannet-Embed-large-300M`: how a model with a size is called. */
const SIZED_NAME =
  /(?<![\w/.-])[A-Z][\w.]{0,40}(?:[- ][\w.]{1,40}){0,4}?-(?:\d{1,4}(?:\.\d{1,3})?)[BM](?![A-Za-z])[\w.-]{0,100}/g;

/** Whether a text names a model that is not the subject, nor its series. */
export function namesForeignModel(text: string, subject: Subject): boolean {
  const fallback: Entity = { kind: "model", name: "" };
  if (entityOf(text, subject, fallback).kind === "other") return true;
  const names = text.match(SIZED_NAME) ?? [];
  return names.some(
    (name) => !isNameOf(subject, name) && !isNameOf(subject, name.split(" ").at(-1) ?? ""),
  );
}

/** The other model or version that the innermost heading with a name speaks of, if it does. */
export function headingsEntity(headings: readonly string[], subject: Subject): Entity | undefined {
  const fallback: Entity = { kind: "model", name: "" };
  const named = headings
    // Over a section `Aria-2 Models` are those of that name, beside another on `Aria-2-Air Models`.
    .map((heading) => entityOf(heading.replace(/ models$/i, ""), subject, fallback))
    .findLast((entity) => entity !== fallback);
  // Under a title that is the series' name stands the series' card.
  return named?.kind === "other" && comparable(named.name) !== comparable(subject.family)
    ? named
    : undefined;
}

/** Names in `text` that begin with the series' name, however it is spaced: `Qwen3-4B`, `Qwen3 4B`. */
function mentions(text: string, subject: Subject): Entity[] {
  return [...text.matchAll(namePattern(subject.family))].flatMap(([found, rest = ""]) => {
    const name = trimEnd(found);
    const tail = name.slice(found.length - rest.length);
    // `brook-ai` makes models, `Brook-24B` is one.
    const isOwner = /^[a-z]/.test(name) && /^[A-Z]/.test(subject.family) && !/\d/.test(tail);
    const isName = !/^[.a-z\d]/i.test(tail) && !(isOwner && tail !== "");
    return isName ? [entityOfName(name, subject)] : [];
  });
}

function namePattern(family: string): RegExp {
  const words = family.split(/[-_ ]/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // What follows is bounded, so that a long run of such characters is read once.
  const rest =
    "([\\w.-]{0,100}(?: (?:IT|PT|Instruct|Base|Chat)(?![A-Za-z]))?(?: \\d{1,4}(?:\\.\\d{1,3})?[BM](?![A-Za-z])[\\w.-]{0,100})?)";
  return new RegExp(`(?<![\\w.-])${words.join("[-_ ]")}${rest}`, "gi");
}

function entityOfName(name: string, subject: Subject): Entity {
  const plain = comparable(name);
  const model = comparable(subject.model);
  if (isPackagedAs(model, plain) || isShortNameOf(subject, name))
    return { kind: "model", name: subject.model };
  const parts = plain.slice(subject.family.length).split("-").filter(Boolean);
  // What a model was before it was tuned shares its architecture and its training.
  if (plain === model.replace(TUNED, "")) return { kind: "family", name };
  const isFamily = parts.every((part) => GENERIC_PARTS.has(part));
  return isFamily ? { kind: "family", name: subject.family } : { kind: "other", name };
}
