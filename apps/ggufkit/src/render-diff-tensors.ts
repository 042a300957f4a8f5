import type { TensorChange, TensorComparison, TensorSummary } from "@ggufkit/gguf";
import { formatBytes } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import type { DiffRow } from "./render-diff.ts";

/** More tensors than this are summed up, by what differs. */
const MOST_NAMES = 20;

/** A tensor that differs, before it is listed or summed up. */
interface Difference {
  readonly mark: "+" | "-" | "~";
  readonly name: string;
  /** What differs, told alike for all tensors that differ alike. */
  readonly what: string;
  /** Sizes of both sides; undefined where it has none. */
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** The tensors that differ: each by its name, or summed up where there are many. */
export function tensorRows(compared: TensorComparison, all: boolean): DiffRow[] {
  const differences = [
    ...compared.removed.map((tensor) => only("-", tensor, all)),
    ...compared.added.map((tensor) => only("+", tensor, all)),
    ...compared.changed.map(changed),
  ];
  if (all || differences.length <= MOST_NAMES)
    return differences.map((difference): DiffRow => {
      return [difference.mark, difference.name, difference.what, sizes(difference)];
    });
  return [...sumUp(differences), [" ", "", "--tensors lists them"]];
}

function only(
  mark: "+" | "-",
  { name, shape, type, bytes }: TensorSummary,
  all: boolean,
): Difference {
  const what = all ? `${type} ${shapeText(shape)}` : type;
  return mark === "-"
    ? { mark, name, what, a: bytes, b: undefined }
    : { mark, name, what, a: undefined, b: bytes };
}

function changed({ name, changes, a, b }: TensorChange): Difference {
  const type = a.type === b.type ? a.type : `${a.type} → ${b.type}`;
  const shapes = `, ${shapeText(a.shape)} → ${shapeText(b.shape)}`;
  const what = changes.includes("shape") ? `${type}${shapes}` : type;
  return { mark: "~", name, what, a: a.bytes, b: b.bytes };
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(" × ")}]`;
}

function sizes({ a, b }: Pick<Difference, "a" | "b">): string {
  const texts = [a, b].flatMap((bytes) => (bytes === undefined ? [] : [formatBytes(bytes)]));
  return texts[0] === texts[1] ? (texts[0] ?? "") : texts.join(" → ");
}

/** One line for all that differ alike, the most frequent first. */
function sumUp(differences: readonly Difference[]): DiffRow[] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const key = `${difference.mark} ${difference.what}`;
    const group = groups.get(key);
    if (group) group.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const total = { a: sum(group, "a"), b: sum(group, "b") };
      return [[first.mark, grouped(group.length), first.what, sizes(total)]];
    });
}

function sum(group: readonly Difference[], side: "a" | "b"): number | undefined {
  const bytes = group.flatMap((difference) => difference[side] ?? []);
  return bytes.length > 0 ? bytes.reduce((total, one) => total + one, 0) : undefined;
}
