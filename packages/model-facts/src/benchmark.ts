import type { Benchmark } from "./fact.ts";

const MAX_NAME_CHARACTERS = 60;

/** `61.8`, `61,2`, `71.3%`, `≈ 8.9`, `1,204`; no range, no rank, no sentence. */
const SCORE = /^[~≈]? ?-?\d{1,6}(?:[.,]\d{1,4})? ?%?$/;

export function isScore(cell: string): boolean {
  return SCORE.test(cell);
}

/** A result of which the row and the column both say what it is; undefined where one does not. */
export function benchmarkOf(
  label: string,
  score: string,
  { metric, setting }: Pick<Benchmark, "metric" | "setting"> = {},
): Benchmark | undefined {
  const isNamed = /\p{L}{2}|^F\d$/u.test(label) && label.length <= MAX_NAME_CHARACTERS;
  if (!isNamed || !isScore(score) || /^(?:total|average|avg\.?|mean|overall|#)$/i.test(label))
    return undefined;
  return {
    name: label,
    // `61,2`: how some languages write 61.2.
    score: score.replace(/(?<=\d),(?=\d{1,2}(?:\D|$))/, "."),
    ...(metric !== undefined && { metric }),
    ...(setting !== undefined && { setting }),
  };
}
