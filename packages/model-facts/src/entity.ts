import { comparable, isPackagedAs, trimEnd } from "./model-name.ts";
import { isNameOf, type Subject } from "./subject.ts";

/** Who a statement speaks of: the model itself, its series, or another model or thing. */
export interface Entity {
  readonly kind: "model" | "family" | "other";
  readonly name: string;
}

/** What a tuned model's name adds to that of its base, in the spelling of `comparable`. */
const TUNED = /-(?:chat|instruct|it|sft|rl|dpo|rlhf)$/;
/** Words that a series' name takes without becoming another model's. */
const GENERIC_PARTS = new Set(["moe", "dense", "series", "family", "based", "style", "models"]);

/**
 * Who `text` speaks of. The series' name with a size, a date or a variant of its own is another
 * checkpoint; a text that names one is the other's, even where it names the model too. So is a text
 * that begins with another version of the series (`Qwen2.5` beside `Qwen3`); later in the text such a
 * name is a comparison. `fallback` is who the document speaks of, where the text names nobody.
 */
export function entityOf(text: string, subject: Subject, fallback: Entity): Entity {
  if (isOfNamesake(text, subject)) return { kind: "other", name: subject.family };
  const names = mentions(text, subject);
  const sibling = names.find(({ kind }) => kind === "other");
  if (sibling !== undefined) return sibling;
  if (names.some(({ kind }) => kind === "model")) return { kind: "model", name: subject.model };
  if (names.length > 0) return { kind: "family", name: subject.family };
  const other = otherVersion(text, subject) ?? relative(text, subject);
  return other === undefined ? fallback : { kind: "other", name: other };
}

/** Words after a name that make it the series'. */
const OF_SERIES = /^[ -](?:series|family|models?|checkpoints|variants|and|base)\b/i;

/** Whether a text is the name of the series' namesake, or begins with it and counts something of it. */
function isOfNamesake(text: string, { family, hasNamesake: isNamesake }: Subject): boolean {
  if (isNamesake !== true) return false;
  const plain = text.replace(/^(?:The|Our|Even|Its) /, "");
  if (!comparable(plain).startsWith(comparable(family))) return false;
  const rest = plain.slice(family.length);
  return rest === "" || (/^ [a-z]/.test(rest) && /\d/.test(rest) && !OF_SERIES.test(rest));
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
    .map((heading) => entityOf(heading, subject, fallback))
    .findLast((entity) => entity !== fallback);
  return named?.kind === "other" ? named : undefined;
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
  const rest = "([\\w.-]{0,100}(?: \\d{1,4}(?:\\.\\d{1,3})?[BM](?![A-Za-z])[\\w.-]{0,100})?)";
  return new RegExp(`(?<![\\w.-])${words.join("[-_ ]")}${rest}`, "gi");
}

function entityOfName(name: string, subject: Subject): Entity {
  const plain = comparable(name);
  const model = comparable(subject.model);
  if (isPackagedAs(model, plain)) return { kind: "model", name: subject.model };
  const parts = plain.slice(subject.family.length).split("-").filter(Boolean);
  // What a model was before it was tuned shares its architecture and its training.
  if (plain === model.replace(TUNED, "")) return { kind: "family", name };
  const isFamily = parts.every((part) => GENERIC_PARTS.has(part));
  return isFamily ? { kind: "family", name: subject.family } : { kind: "other", name };
}

/** The name of another version of the series, where `text` begins with one: `Qwen2.5-72B`. */
function otherVersion(text: string, { family }: Subject): string | undefined {
  const stem = /^([a-z][a-z-]*[a-z])-?v?\d[\d.]*$/i.exec(family)?.[1];
  const first = /^(?:(?:The|Our|Even|Previous|Earlier) )?([\w.-]{1,100})/.exec(text)?.[1];
  if (stem === undefined || !first?.toLowerCase().startsWith(stem.toLowerCase())) return undefined;
  return /^-?v?\d/i.test(first.slice(stem.length)) ? trimEnd(first) : undefined;
}

/** The name of a model of the same makers, where `text` begins with one: `Saffron-Sun-70B` beside `Saffron-Moon-13B`. */
function relative(text: string, { model, family }: Subject): string | undefined {
  const stem = /^[a-z]{3,}(?=[-.\d])/i.exec(model)?.[0];
  const first = /^(?:(?:The|Our|Even|Its|Unlike) (?:\w{1,20} ){0,2})?([A-Z][\w.-]{1,100})/.exec(
    text,
  )?.[1];
  if (stem === undefined || first === undefined) return undefined;
  const name = trimEnd(first);
  const isOwn = comparable(name).startsWith(comparable(family));
  const isRelative = name.toLowerCase().startsWith(`${stem.toLowerCase()}-`) && /\d/.test(name);
  return isRelative && !isOwn ? name : undefined;
}
