import { basename, dirname } from "node:path/posix";
import { parseShardName } from "@ggufkit/gguf";

// As llama.cpp and the makers of quantizations write them: Q4_K_M, IQ2_XXS, UD-Q4_K_XL, TQ1_0,
// MXFP4_MOE, BF16. The label stands between separators, or at an end.
const LABEL =
  /(?<=^|[-._/ ])(?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP\d(?:_MOE)?|NVFP\d|BF16|FP?16|FP?32)(?=$|[-. ])/gi;

/**
 * The order of the default choice, best first: Q4_K_M is what most people run, small and little
 * worse than the original; after it those nearest in size and quality, larger before smaller.
 */
export const DEFAULT_QUANTIZATIONS: readonly string[] = [
  "Q4_K_M",
  "UD-Q4_K_XL",
  "Q4_K_S",
  "Q5_K_M",
  "IQ4_XS",
  "IQ4_NL",
  "Q4_1",
  "Q4_0",
  "MXFP4_MOE",
  "MXFP4",
  "Q5_K_S",
  "Q6_K",
  "Q3_K_M",
  "Q8_0",
  "BF16",
  "F16",
];

/**
 * Bits per weight, from the smallest and worst to the largest and best. The numbers are those of a
 * whole model of 8 billion weights, whose mixes keep some tensors larger than the label says:
 * - most are llama.cpp's own measurements (`tools/quantize/README.md`, Llama 3.1 8B);
 * - those of Q3_K_M, Q4_0, Q4_1, Q5_0 and Q5_1 follow from the sizes that `llama-quantize --help`
 *   gives for the same model, those of Q1_0, Q2_0, TQ1_0 and TQ2_0 are what it says of the type;
 * - MXFP4 and NVFP4 are 4-bit weights with a scale of 8 bits for each 32 and 16;
 * - the `_L` and `_XL` of K types, Q3_K_L aside, are no mixes of llama.cpp's but of others, larger
 *   than those that they are named after: they stand between these and the next.
 */
const BITS_PER_WEIGHT: ReadonlyMap<string, number> = new Map([
  ["Q1_0", 1.13],
  ["TQ1_0", 1.69],
  ["IQ1_S", 2.0],
  ["TQ2_0", 2.06],
  ["IQ1_M", 2.15],
  ["Q2_0", 2.25],
  ["IQ2_XXS", 2.38],
  ["IQ2_XS", 2.59],
  ["IQ2_S", 2.74],
  ["IQ2_M", 2.93],
  ["Q2_K_S", 2.97],
  ["Q2_K", 3.16],
  ["Q2_K_L", 3.2],
  ["Q2_K_XL", 3.24],
  ["IQ3_XXS", 3.25],
  ["IQ3_XS", 3.5],
  ["Q3_K_S", 3.64],
  ["IQ3_S", 3.66],
  ["IQ3_M", 3.76],
  ["Q3_K_M", 4.0],
  ["MXFP4", 4.25],
  ["MXFP4_MOE", 4.25],
  ["Q3_K_L", 4.3],
  ["Q3_K_XL", 4.4],
  ["IQ4_XS", 4.46],
  ["NVFP4", 4.5],
  ["Q4_0", 4.64],
  ["Q4_K_S", 4.67],
  ["IQ4_NL", 4.68],
  ["Q4_K_M", 4.89],
  ["Q4_K_L", 5.0],
  ["Q4_K_XL", 5.05],
  ["Q4_1", 5.11],
  ["Q5_0", 5.57],
  ["Q5_K_S", 5.57],
  ["Q5_K_M", 5.7],
  ["Q5_K_L", 5.8],
  ["Q5_K_XL", 5.9],
  ["Q5_1", 6.04],
  ["Q6_K", 6.56],
  ["Q6_K_L", 6.8],
  ["Q6_K_XL", 7.0],
  ["Q8_0", 8.5],
  ["Q8_K_XL", 9.5],
  ["BF16", 16],
  ["F16", 16],
  ["F32", 32],
]);

/** Other names of the same: `llama-quantize` takes the first three, file names have the others. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["Q3_K", "Q3_K_M"],
  ["Q4_K", "Q4_K_M"],
  ["Q5_K", "Q5_K_M"],
  ["FP16", "F16"],
  ["FP32", "F32"],
]);

/**
 * The label in a file's name, else in the name of the nearest folder that has one, upper case;
 * undefined without one.
 */
export function quantizationLabel(path: string): string | undefined {
  const name = basename(path);
  const stem = parseShardName(name)?.prefix ?? name.replace(/\.gguf$/i, "");
  const label = lastLabel(stem);
  if (label !== undefined) return label;
  const folders = dirname(path).split("/").toReversed();
  return folders.map(lastLabel).find((found) => found !== undefined);
}

/** A label that stands in for another, and why it. */
export interface NearLabel {
  label: string;
  why: string;
}

/**
 * Which of `labels` comes nearest to one that is not among them: the same type in another maker's
 * mix (`UD-`) or under another name; then the same kind, which differs in the size of the mix alone
 * (Q4_K_S for Q4_K_M); then any. Among equals the nearest in bits per weight, and of two as near the
 * larger, which loses less. Labels that are in no table are passed over. Undefined where none is
 * left, or the wanted one is itself unknown.
 */
export function nearestLabel(wanted: string, labels: readonly string[]): NearLabel | undefined {
  const bits = BITS_PER_WEIGHT.get(plainLabel(wanted));
  if (bits === undefined) return undefined;
  const ranked = labels.flatMap((label) => {
    const has = BITS_PER_WEIGHT.get(plainLabel(label));
    return has === undefined ? [] : [{ label, has, kinship: kinship(wanted, label) }];
  });
  const [nearest] = ranked.toSorted(
    (a, b) =>
      a.kinship - b.kinship ||
      Math.abs(a.has - bits) - Math.abs(b.has - bits) ||
      b.has - a.has ||
      (a.label < b.label ? -1 : 1),
  );
  if (nearest === undefined) return undefined;
  const amount = `some ${nearest.has} bits per weight, not ${bits}`;
  const why = {
    0: "the same type, by another name or in another mix",
    1: `the same kind, ${amount}`,
    2: amount,
  };
  return { label: nearest.label, why: why[nearest.kinship] };
}

/** 0: the same type; 1: the same kind; 2: another. */
function kinship(a: string, b: string): 0 | 1 | 2 {
  if (plainLabel(a) === plainLabel(b)) return 0;
  return kindOf(a) === kindOf(b) ? 1 : 2;
}

/** Q4_K of Q4_K_M, IQ2 of IQ2_XXS; Q4_0 of Q4_0. */
function kindOf(label: string): string {
  return plainLabel(label).replace(/_(?:XXS|XS|S|M|L|XL|NL)$/, "");
}

/** The type that a label stands for: without `UD-`, by llama.cpp's own name, upper case. */
export function plainLabel(label: string): string {
  const plain = label.toUpperCase().replace(/^UD-/, "");
  return ALIASES.get(plain) ?? plain;
}

function lastLabel(text: string): string | undefined {
  return text.match(LABEL)?.at(-1)?.toUpperCase();
}
