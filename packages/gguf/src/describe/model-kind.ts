import type { Gguf } from "../format/gguf.ts";
import { stringOf } from "../format/gguf-value.ts";
import type { Split } from "../shards/split.ts";

/** What a GGUF file holds. */
export type ModelKind =
  | "model"
  | "vocabulary"
  | "adapter"
  | "mmproj"
  | "imatrix"
  | "control-vector"
  | "shard";

const CONTROL_VECTOR_TENSOR = /^direction\.\d+$/;

/**
 * Tells what a file holds. `tensors` are those at hand; a split file whose other shards are not
 * among them is a `shard`.
 */
export function modelKind(
  { kv }: Pick<Gguf, "kv">,
  tensors: Gguf["tensors"],
  split: Split | undefined,
): ModelKind {
  // general.type is missing from files of before 2024, which the architecture or the keys give away.
  const type = stringOf(kv.get("general.type"));
  const architecture = stringOf(kv.get("general.architecture"));
  if (type === "imatrix" || architecture === "imatrix") return "imatrix";
  if (architecture === "controlvector" || isControlVector(tensors)) return "control-vector";
  if (type === "adapter" || kv.has("adapter.type")) return "adapter";
  if (type === "mmproj" || architecture === "clip") return "mmproj";
  if (isIncomplete(tensors, split)) return "shard";
  if (tensors.length === 0 && kv.has("tokenizer.ggml.model")) return "vocabulary";
  return "model";
}

function isControlVector(tensors: Gguf["tensors"]): boolean {
  return tensors.length > 0 && tensors.every(({ name }) => CONTROL_VECTOR_TENSOR.test(name));
}

function isIncomplete(tensors: Gguf["tensors"], split: Split | undefined): boolean {
  if (split === undefined || split.count < 2) return false;
  return split.no !== 0 || split.tensors === undefined || tensors.length < split.tensors;
}
