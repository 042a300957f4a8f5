import type { TensorInfo } from "../format/gguf.ts";
import { isReordered, type ModelTensor } from "./compared-model.ts";

/** A tensor without its place. */
export type TensorSummary = Pick<TensorInfo, "name" | "shape" | "type" | "bytes">;

/** A tensor that the models have in different form. The size follows from shape and type. */
export interface TensorChange {
  readonly name: string;
  readonly changes: readonly ("shape" | "type")[];
  readonly a: Omit<TensorSummary, "name">;
  readonly b: Omit<TensorSummary, "name">;
}

/** The tensor infos of two models, compared. */
export interface TensorComparison {
  /** Only `b` has them. */
  readonly added: readonly TensorSummary[];
  /** Only `a` has them. */
  readonly removed: readonly TensorSummary[];
  readonly changed: readonly TensorChange[];
  /** Whether the tensors that both have stand in another order. */
  readonly reordered: boolean;
}

type Tensors = ReadonlyMap<string, ModelTensor>;

/** Compares tensor infos by name, in linear time. Which shard they lie in is no difference. */
export function compareTensors(a: Tensors, b: Tensors): TensorComparison {
  const changed: TensorChange[] = [];
  for (const [name, { info: ofA }] of a) {
    const ofB = b.get(name)?.info;
    if (ofB === undefined) continue;
    const changes = changesBetween(ofA, ofB);
    if (changes.length > 0) changed.push({ name, changes, a: formOf(ofA), b: formOf(ofB) });
  }
  return {
    added: onlyIn(b, a),
    removed: onlyIn(a, b),
    changed,
    reordered: isReordered(a, b),
  };
}

/** In what two tensors of one name differ, their data aside. */
export function changesBetween(a: TensorInfo, b: TensorInfo): ("shape" | "type")[] {
  const isSameShape =
    a.shape.length === b.shape.length && a.shape.every((size, index) => size === b.shape[index]);
  return [
    ...(isSameShape ? [] : (["shape"] as const)),
    ...(a.type === b.type ? [] : (["type"] as const)),
  ];
}

function onlyIn(tensors: Tensors, others: Tensors): TensorSummary[] {
  return [...tensors].flatMap(([name, { info }]) =>
    others.has(name) ? [] : [{ name, ...formOf(info) }],
  );
}

function formOf({ shape, type, bytes }: TensorInfo): Omit<TensorSummary, "name"> {
  return { shape, type, bytes };
}
