import { type Document, pathParts } from "./document.ts";

/** The model that a page is about, and what tells it from its relatives. */
export interface Subject {
  /** As the Hub's address or the card's title has it, e.g. `Qwen3-235B-A22B-GGUF`. */
  readonly name: string;
  /** The checkpoint without the format, e.g. `Qwen3-235B-A22B`. */
  readonly model: string;
  /** The series, e.g. `Qwen3`; the same as `model` where the name tells no series. */
  readonly family: string;
}

/** Who a statement speaks of: the model itself, its series, or another model or thing. */
export interface Entity {
  readonly kind: "model" | "family" | "other";
  readonly name: string;
}

/** `235B`, `0.6B`, `8x7B`, `E4B`. */
const SIZE_PART = /^e?\d{1,4}(?:\.\d{1,3})?(?:x\d{1,3}(?:\.\d{1,3})?)?[bmt]$/i;
const FORMAT_SUFFIX = /[-_](?:gguf|ggml|awq|gptq|mlx|fp8)$/i;
/**
 * What a file or repository of the same model adds to its name, in the spelling of `comparable`:
 * format, quantization, shard.
 */
const PACKAGING =
  /^(?:[-.](?:gguf|ggml|awq|gptq|mlx|fp8|fp16|f16|bf16|f32|ud|i1|imat|i?q\d(?:-(?:k|\d|x{0,2}[sml]|nl)){0,3}|tq\d-0|mxfp4(?:-moe)?|\d{5}-of-\d{5}))*$/;
/** What a tuned model's name adds to that of its base, in the spelling of `comparable`. */
const TUNED = /-(?:chat|instruct|it|sft|rl|dpo|rlhf)$/;
/** Words that a series' name takes without becoming another model's. */
const GENERIC_PARTS = new Set(["moe", "dense", "series", "family", "based", "style", "models"]);

/** Sites where `/owner/name` is a model. */
const HUBS = new Set(["huggingface.co", "hf.co", "modelscope.cn", "www.modelscope.cn"]);
/** The Hub's own limit is 96. */
const MAX_NAME_CHARACTERS = 100;

/** The subject of a card: the model of its Hub address, else its title or its address's last part. */
export function subjectOf(card: Document): Subject {
  const found = hubName(card.source.url) ?? titleName(card) ?? card.source.url;
  const name = found.slice(0, MAX_NAME_CHARACTERS);
  const model = name.replace(FORMAT_SUFFIX, "") || name;
  const parts = model.split("-");
  const size = parts.findIndex((part) => SIZE_PART.test(part));
  const series = parts.slice(0, size === -1 ? versionEnd(parts) : size).join("-");
  return { name, model, family: /[a-z]/i.test(series) ? series : model };
}

/** `Basalt-2-Air` is of the series `Basalt-2`: how many parts of a name without a size are its series'. */
function versionEnd(parts: readonly string[]): number {
  const version = parts.findIndex((part, at) => at > 0 && /^v?\d{1,2}(?:\.\d{1,2})*$/i.test(part));
  return version === -1 || version === parts.length - 1 ? 0 : version + 1;
}

function hubName(url: string): string | undefined {
  const parts = pathParts(url);
  const { hostname } = new URL(url);
  return HUBS.has(hostname) ? parts[parts[0] === "models" ? 2 : 1] : undefined;
}

/** A title of one word is a name; others are sentences, such as `Model card of …`. */
function titleName({ title, source }: Document): string | undefined {
  const isName = title !== undefined && /^[\w.-]+$/.test(title);
  return isName ? title : (pathParts(source.url).at(-1) ?? title);
}

/**
 * Who `text` speaks of. The series' name with a size, a date or a variant of its own is another
 * checkpoint; a text that names one is the other's, even where it names the model too. So is a text
 * that begins with another version of the series (`Qwen2.5` beside `Qwen3`); later in the text such a
 * name is a comparison. `fallback` is who the document speaks of, where the text names nobody.
 */
export function entityOf(text: string, subject: Subject, fallback: Entity): Entity {
  const names = mentions(text, subject);
  const sibling = names.find(({ kind }) => kind === "other");
  if (sibling !== undefined) return sibling;
  if (names.some(({ kind }) => kind === "model")) return { kind: "model", name: subject.model };
  if (names.length > 0) return { kind: "family", name: subject.family };
  const other = otherVersion(text, subject) ?? relative(text, subject);
  return other === undefined ? fallback : { kind: "other", name: other };
}

/** What stands before a model's name in a table's cell, or after it: an owner, a mark, a mode. */
const NAME_FRAME = /^[^/\s]{1,60}\/|^[^\p{L}\d]+| ?\([^()]{0,40}\)$|^\*+|\*+$|[^\p{L}\d)]+$/gu;

/** Whether a text is the subject's name and nothing else, but for an owner or a mode in parentheses. */
export function isNameOf({ name, model }: Subject, text: string): boolean {
  if (text.length > MAX_NAME_CHARACTERS + 100) return false;
  const plain = comparable(text.trim().replace(NAME_FRAME, "").trim());
  return plain === comparable(model) || plain === comparable(name);
}

/** What a table may leave out of a model's name: how it was tuned, and when. */
const OPTIONAL_PART = /^(?:chat|instruct|it|sft|rl|dpo|base|gguf|v?\d{4})$/;

/**
 * Whether a table's cell calls the subject by a part of its name: `Small 3.2 24B Instruct` for
 * `Zephyrine-Small-3.2-24B-Instruct-2606`. Sure only if no other cell beside it does.
 */
export function isShortNameOf({ model }: Subject, text: string): boolean {
  if (text.length > MAX_NAME_CHARACTERS) return false;
  const partsOf = (name: string): string[] => comparable(name).split("-").filter(Boolean);
  const said = partsOf(text.trim().replace(NAME_FRAME, "").trim());
  const [maker, ...rest] = partsOf(model);
  const isSized = rest.some((part) => SIZE_PART.test(part));
  const own = [maker, ...rest];
  const isOwn = said.every((part) => own.includes(part) || (!isSized && SIZE_PART.test(part)));
  const isEnough = rest.every((part) => said.includes(part) || OPTIONAL_PART.test(part));
  return said.length > 1 && isOwn && isEnough;
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
  if (plain.startsWith(model) && PACKAGING.test(plain.slice(model.length)))
    return { kind: "model", name: subject.model };
  const parts = plain.slice(subject.family.length).split("-").filter(Boolean);
  // What a model was before it was tuned shares its architecture and its training.
  if (plain === model.replace(TUNED, "")) return { kind: "family", name };
  const isFamily = parts.every((part) => GENERIC_PARTS.has(part));
  return isFamily ? { kind: "family", name: subject.family } : { kind: "other", name };
}

/** Whether a file's name, without its directory, is one of the subject's own. */
export function isFileOf(subject: Subject, name: string): boolean {
  const plain = comparable(name).replace(/\.gguf$/, "");
  const model = comparable(subject.model);
  return plain.startsWith(model) && PACKAGING.test(plain.slice(model.length));
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

function comparable(name: string): string {
  return name.toLowerCase().replace(/[_ ]/g, "-");
}

/** A name without the full stop or dash that follows it. */
function trimEnd(name: string): string {
  let end = name.length;
  while (/[.\-_ ]/.test(name[end - 1] ?? "")) end--;
  return name.slice(0, end);
}
