import { type Document, pathParts } from "./document.ts";
import { comparable, isPackagedAs, SIZE_PART, TUNING_PART } from "./model-name.ts";

/** The model that a page is about, and what tells it from its relatives. */
export interface Subject {
  /** As the Hub's address or the card's title has it, e.g. `Qwen3-235B-A22B-GGUF`. */
  readonly name: string;
  /** The checkpoint without the format, e.g. `Qwen3-235B-A22B`. */
  readonly model: string;
  /** The series, e.g. `Qwen3`; the same as `model` where the name tells no series. */
  readonly family: string;
  /** Other models whose names begin as the subject's does, where the card's tables list them. */
  readonly siblings?: readonly string[];
  /** Whether the card's tables call the model by its whole name: then shorter ones are others'. */
  readonly isNamedInFull?: boolean;
  /** What the model was made of, as the front matter names it, without the owner. */
  readonly bases?: readonly string[];
}

const FORMAT_SUFFIX = /[-_](?:gguf|ggml|awq|gptq|mlx|fp8)$/i;
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
  const end = size === -1 ? versionEnd(parts) : size;
  // `Aria-2-1125-7B`: the month in a name is the checkpoint's.
  const isDated = size > 1 && /^\d{4}$/.test(parts[size - 1] ?? "");
  const series = parts.slice(0, isDated ? end - 1 : end).join("-");
  const subject = { name, model, family: /[a-z]/i.test(series) ? series : model };
  const isNamedInFull = card.tables.some(({ head, rows }) =>
    [...head, ...rows.map(({ cells: [first = ""] }) => first)].some((cell) =>
      isNameOf(subject, cell),
    ),
  );
  const known = { ...subject, isNamedInFull, bases: basesOf(card) };
  return { ...known, siblings: siblingsOf(known, card) };
}

/** More than tables of results have columns. */
const MAX_SIBLINGS = 60;

/**
 * The names in heads and first columns of tables that begin with the first word of the subject's. The
 * series' name alone is a model's only where a table without sizes has the subject, too.
 */
function siblingsOf(subject: Subject, { tables }: Document): string[] {
  const stem = stemOf(subject);
  const names = tables.flatMap(({ head, rows }) => {
    const listed = [head, rows.map(({ cells: [name = ""] }) => name)];
    return listed.flatMap((cells) => {
      const isWithOwn = cells.some(
        (name) => isNameOf(subject, name) || isShortNameOf(subject, name),
      );
      return cells
        .map(plainName)
        .filter((name) => comparable(name).startsWith(stem) && /\d/.test(name))
        .filter((name) => !isNameOf(subject, name) && !isShortNameOf(subject, name))
        .filter(
          (name) =>
            comparable(name) !== comparable(subject.family) ||
            (isWithOwn && sizeOf(subject) === undefined),
        );
    });
  });
  return [...new Set(names)].slice(0, MAX_SIBLINGS);
}

/** The first word of a model's name, which those of its makers' other models share. */
export function stemOf({ model }: Subject): string {
  return /^[a-z]{3,}/i.exec(model)?.[0].toLowerCase() ?? comparable(model);
}

function basesOf({ frontMatter }: Document): string[] {
  const entry = Object.hasOwn(frontMatter, "base_model") ? frontMatter["base_model"] : undefined;
  const names: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  return names
    .filter((name): name is string => typeof name === "string")
    .map((name) => name.split("/").at(-1) ?? "")
    .filter((name) => name !== "" && name.length <= MAX_NAME_CHARACTERS);
}

/** The size that the subject's name gives, such as `8B`; none in many names. */
export function sizeOf({ model }: Subject): string | undefined {
  return model.split(/[-_]/).find((part) => SIZE_PART.test(part));
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

/** What stands before a model's name in a table's cell, or after it: an owner, a mark, a mode. */
const NAME_FRAME = /^[^/\s]{1,60}\/|^[^\p{L}\d]+| ?\([^()]{0,40}\)$|^\*+|\*+$|[^\p{L}\d)]+$/gu;

/** A table's cell without its frame. */
function plainName(cell: string): string {
  return cell.slice(0, MAX_NAME_CHARACTERS).trim().replace(NAME_FRAME, "").trim();
}

/** Whether a text is the subject's name and nothing else, but for an owner or a mode in parentheses. */
export function isNameOf({ name, model }: Subject, text: string): boolean {
  if (text.length > MAX_NAME_CHARACTERS + 100) return false;
  const plain = comparable(text.trim().replace(NAME_FRAME, "").trim());
  return plain === comparable(model) || plain === comparable(name);
}

/** What a table may leave out of a model's name: how it was tuned, and when. */

/**
 * Whether a cell's name lacks the word for the subject's tuning, on a card whose tables have the whole
 * name as well: it is the base's, with the same architecture and other scores.
 */
export function isUntunedName({ model, isNamedInFull }: Subject, text: string): boolean {
  const tuning = comparable(model)
    .split("-")
    .filter((part) => TUNING_PART.test(part));
  const said = comparable(text).split(/[^a-z\d.]+/);
  const isNamed = said.includes(comparable(model).split("-")[0] ?? "");
  return isNamedInFull === true && isNamed && !tuning.every((part) => said.includes(part));
}

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

/** Whether a file's name, without its directory, is one of the subject's own. */
export function isFileOf(subject: Subject, name: string): boolean {
  return isPackagedAs(comparable(subject.model), comparable(name).replace(/\.gguf$/, ""));
}
