import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import type { ModelKind } from "./model-kind.ts";

/** What a file that goes with a model says about itself. */
export interface Companion {
  /** `adapter.lora.alpha`: by how much an adapter weighs, over its rank. */
  readonly adapterAlpha: number | undefined;
  /** The rank of an adapter: the length that its `lora_a` and `lora_b` share. */
  readonly adapterRank: number | undefined;
  /** `clip.projector_type`, or that of a modality: `mlp`, `qwen2.5vl_merger`, … */
  readonly projector: string | undefined;
  /** What a projector takes in. */
  readonly modalities: readonly ("vision" | "audio")[];
  /** `imatrix.datasets`: what an importance matrix was computed over. */
  readonly datasets: readonly string[];
  /** `imatrix.chunk_count`. */
  readonly chunks: number | undefined;
}

/** Reads what adapters, projectors and importance matrices say; undefined for other kinds. */
export function companionOf({ kv, tensors }: Gguf, kind: ModelKind): Companion | undefined {
  if (kind !== "adapter" && kind !== "mmproj" && kind !== "imatrix") return undefined;
  const number = (key: string): number | undefined => numberOf(kv.get(key));
  const text = (key: string): string | undefined => stringOf(kv.get(key));
  const datasets = kv.get("imatrix.datasets");
  const modalities = (["vision", "audio"] as const).filter((modality) =>
    isTrue(kv, `clip.has_${modality}_encoder`),
  );
  return {
    adapterAlpha: number("adapter.lora.alpha"),
    adapterRank: tensors.find(({ name }) => name.endsWith(".lora_a"))?.shape[1],
    projector:
      text("clip.projector_type") ??
      text("clip.vision.projector_type") ??
      text("clip.audio.projector_type"),
    modalities,
    datasets:
      datasets?.type === "array" && datasets.elementType === "string" ? datasets.preview(16) : [],
    chunks: number("imatrix.chunk_count"),
  };
}

function isTrue(kv: Gguf["kv"], key: string): boolean {
  const value = kv.get(key);
  return value?.type === "bool" && value.value;
}
