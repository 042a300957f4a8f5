import type { Statement } from "@ggufkit/model-facts";
import { checkSentence } from "./check-sentence.ts";
import type { Engine } from "./engine.ts";
import { rewritePrompt, type ShapedNote, shapeOf } from "./rewrite-shape.ts";

/** What came of one note: the sentence, if one passed, and what happened to the others. */
export interface Rewrite {
  readonly sentence: string | undefined;
  readonly attempts: readonly Attempt[];
}

export interface Attempt {
  readonly sentence: string;
  /** `kept` passed the checks, `copy` only repeats the source, `thrown-away` says something else. */
  readonly verdict: "kept" | "copy" | "thrown-away";
  readonly reason?: string;
}

/** The likeliest sentence for each order of the pairs, then samples. */
const ATTEMPTS = [
  { temperature: 0, order: "given" },
  { temperature: 0, order: "nearest-last" },
  { temperature: 0.6, order: "nearest-last" },
  { temperature: 0.9, order: "nearest-last" },
  { temperature: 0.6, order: "given" },
  { temperature: 0.9, order: "given" },
] as const;

/** A sentence that keeps this much of its note needs no better one. */
const ENOUGH_KEPT = 0.95;
const MAX_TOKENS = 110;

/**
 * Has the model say a statement in other words. Several candidates, each checked against the note;
 * the one that keeps the most is taken. The same engine, seed and statement give the same sentence.
 */
export async function rewriteStatement(
  engine: Engine,
  statement: Statement,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<Rewrite> {
  const shaped = shapeOf(statement.text);
  const attempts: Attempt[] = [];
  let best: { sentence: string; kept: number } | undefined;
  for (const [at, { temperature, order }] of shaped === undefined ? [] : ATTEMPTS.entries()) {
    const prompt = rewritePrompt(shaped as ShapedNote, order);
    const request = { prompt, temperature, seed: options.seed + at, maxTokens: MAX_TOKENS };
    const rest = await engine.complete({ ...request, signal: options.signal });
    const { attempt, kept } = judge(shaped as ShapedNote, rest);
    attempts.push(attempt);
    if (kept > (best?.kept ?? 0)) best = { sentence: attempt.sentence, kept };
    if (kept >= ENOUGH_KEPT) break;
  }
  return { sentence: best?.sentence, attempts };
}

function judge(
  { note, opening, shape }: ShapedNote,
  rest: string,
): { attempt: Attempt; kept: number } {
  const sentence = `${opening}${rest}`.trim();
  const check = checkSentence(note, sentence, shape.sentence);
  if (check.ok) return { attempt: { sentence, verdict: "kept" }, kept: check.kept };
  const verdict = check.rejection === "copy" ? "copy" : "thrown-away";
  return { attempt: { sentence, verdict, reason: `${check.rejection}: ${check.detail}` }, kept: 0 };
}
