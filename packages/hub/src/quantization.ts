import { basename, dirname } from "node:path/posix";
import { parseShardName } from "@ggufkit/gguf";

// As llama.cpp and the makers of quantizations write them: Q4_K_M, IQ2_XXS, UD-Q4_K_XL, TQ1_0,
// MXFP4_MOE, BF16. The label stands between separators, or at an end.
const LABEL =
  /(?<=^|[-._/ ])(?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP\d(?:_MOE)?|NVFP\d|BF16|F16|F32)(?=$|[-. ])/gi;

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

/** The label in a file's name or else its folder's, upper case; undefined without one. */
export function quantizationLabel(path: string): string | undefined {
  const name = basename(path);
  const stem = parseShardName(name)?.prefix ?? name.replace(/\.gguf$/i, "");
  return lastLabel(stem) ?? lastLabel(basename(dirname(path)));
}

function lastLabel(text: string): string | undefined {
  return text.match(LABEL)?.at(-1)?.toUpperCase();
}
