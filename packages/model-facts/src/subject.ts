import type { Document } from "./document.ts";

/** The model that a page is about, and what tells it from its relatives. */
export interface Subject {
  /** As the card's title has it, e.g. `Qwen3-235B-A22B-GGUF`. */
  readonly name: string;
  /** The checkpoint without the format, e.g. `Qwen3-235B-A22B`. */
  readonly model: string;
  /** The series, e.g. `Qwen3`; the same as `model` where the name tells no series. */
  readonly family: string;
}

/** Who a statement speaks of: the model itself, its series, another model, or another thing. */
export type Entity =
  | { readonly kind: "model" | "family"; readonly name: string }
  | { readonly kind: "other"; readonly name: string };

const FORMAT_SUFFIX = /[-_](gguf|ggml|awq|gptq|mlx|fp8)$/i;
const SIZE_PART = /^\d+(\.\d+)?x?\d*[bmt]$/i;

/** The subject of a card: its title, else the last part of its URL. */
export function subjectOf(card: Document): Subject {
  const lastPart = new URL(card.source.url).pathname.split("/").filter(Boolean).at(-1);
  const titled = card.title !== undefined && !card.title.includes(" ") ? card.title : undefined;
  const name = titled ?? lastPart ?? card.title ?? card.source.url;
  const model = name.replace(FORMAT_SUFFIX, "");
  const parts = model.split("-");
  const size = parts.findIndex((part) => SIZE_PART.test(part));
  return { name, model, family: size > 0 ? parts.slice(0, size).join("-") : model };
}

/**
 * Who `text` speaks of. A name of the series with a size, a date or a variant of its own is another
 * checkpoint, and so is a name that begins like the series but has another version (`Qwen2.5` beside
 * `Qwen3`); a statement about the model or the series that only compares itself with those stays
 * its own. `fallback` is who the document speaks of where the text names nobody.
 */
export function entityOf(text: string, subject: Subject, fallback: Entity): Entity {
  const names = mentions(text, subject.family);
  const sibling = names.find((name) => relation(name, subject) === "sibling");
  if (sibling !== undefined) return { kind: "other", name: sibling };
  if (names.some((name) => relation(name, subject) === "model"))
    return { kind: "model", name: subject.model };
  if (names.length > 0) return { kind: "family", name: subject.family };
  return fallback;
}

/** Names in `text` that begin with the series' name: `Qwen3`, `Qwen3-4B`, `Qwen3-MoE`. */
function mentions(text: string, family: string): string[] {
  const escaped = family.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\w.-])${escaped}(?![\\w.]*\\w)(-[A-Za-z0-9][\\w.]*)*`, "g");
  return [...text.matchAll(pattern)].map(([name]) => name.replace(/\.$/, ""));
}

function relation(name: string, subject: Subject): "model" | "family" | "sibling" {
  if (name === subject.name || name === subject.model) return "model";
  const parts = name.slice(subject.family.length).split("-").filter(Boolean);
  return parts.some((part) => /\d/.test(part)) ? "sibling" : "family";
}
