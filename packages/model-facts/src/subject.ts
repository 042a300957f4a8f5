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
  const series = parts.slice(0, Math.max(size, 0)).join("-");
  return { name, model, family: /[a-z]/i.test(series) ? series : model };
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
  const other = otherVersion(text, subject);
  return other === undefined ? fallback : { kind: "other", name: other };
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
    return /^[.a-z\d]/i.test(tail) ? [] : [entityOfName(name, subject)];
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

function comparable(name: string): string {
  return name.toLowerCase().replace(/[_ ]/g, "-");
}

/** A name without the full stop or dash that follows it. */
function trimEnd(name: string): string {
  let end = name.length;
  while (/[.\-_ ]/.test(name[end - 1] ?? "")) end--;
  return name.slice(0, end);
}
