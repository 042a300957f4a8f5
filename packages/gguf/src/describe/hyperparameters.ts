import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import { perLayerOf } from "../format/kv.ts";

/** One number for all layers, or one a layer. */
export type PerLayer = number | readonly number[];

/** Reads the keys under an architecture's prefix; a value of another type counts as missing. */
export interface Hyperparameters {
  number(name: string): number | undefined;
  perLayer(name: string): PerLayer | undefined;
  string(name: string): string | undefined;
  has(name: string): boolean;
}

/**
 * What a model's hyperparameters stand under: the architecture; of a projector the modality too,
 * `clip.vision`.
 */
export function hyperparameterPrefix({ kv }: Pick<Gguf, "kv">): string {
  const architecture = stringOf(kv.get("general.architecture")) ?? "";
  if (architecture !== "clip") return architecture;
  return kv.has("clip.vision.block_count") ? "clip.vision" : "clip.audio";
}

/** The hyperparameters of a file, by their names without the prefix. */
export function hyperparametersOf(gguf: Pick<Gguf, "kv">): Hyperparameters {
  const prefix = hyperparameterPrefix(gguf);
  const value = (name: string): ReturnType<typeof gguf.kv.get> => gguf.kv.get(`${prefix}.${name}`);
  return {
    number: (name) => numberOf(value(name)),
    perLayer: (name) => perLayerOf(value(name)),
    string: (name) => stringOf(value(name)),
    has: (name) => value(name) !== undefined,
  };
}
