import { checkSentence } from "./check-sentence.ts";
import { stumbleOf } from "./check-parts.ts";
import type { Engine } from "../engine/engine.ts";
import { type PairOrder, rewritePrompt, type ShapedNote } from "./shaped-note.ts";

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
const TRIES = [
  { temperature: 0, order: "given" },
  { temperature: 0, order: "nearest-last" },
  { temperature: 0.6, order: "nearest-last" },
  { temperature: 0.9, order: "nearest-last" },
  { temperature: 0.6, order: "given" },
  { temperature: 0.9, order: "given" },
] as const;

/** Where every word has its place: the likeliest sentence, and so often again after a slip. */
const TRIES_BY_PARTS = 5;

/** A sentence that keeps this much of its note needs no better one. */
const ENOUGH_KEPT = 0.95;
const MAX_TOKENS = 110;

interface RewriteOptions {
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Has the model say a note in other words, with what stands before it in its statement. */
export async function rewriteNote(
  engine: Engine,
  shaped: ShapedNote,
  options: RewriteOptions,
): Promise<Rewrite> {
  const { lead, parts } = shaped;
  const { sentence, attempts } =
    parts === undefined
      ? await rewriteFreely(engine, shaped, options)
      : await rewriteByParts(engine, shaped, parts, options);
  const isLed = sentence !== undefined && lead !== undefined;
  return { sentence: isLed ? `${lead} ${sentence}` : sentence, attempts };
}

/**
 * Where code knows which words go where, a try that strays is taken up again behind the word that
 * it should have had: the model is helped over single words, and gets no second chance otherwise.
 */
async function rewriteByParts(
  engine: Engine,
  shaped: ShapedNote,
  parts: readonly string[],
  { seed, signal }: RewriteOptions,
): Promise<Rewrite> {
  const attempts: Attempt[] = [];
  let opening: string | undefined = shaped.opening;
  while (opening !== undefined && attempts.length < TRIES_BY_PARTS) {
    const begun: ShapedNote = { ...shaped, opening };
    const prompt = await fittingPrompt(engine, begun, "nearest-last", signal);
    if (prompt === undefined) break;
    const request = { prompt, temperature: 0, seed, maxTokens: MAX_TOKENS };
    const { attempt } = judge(begun, await engine.complete({ ...request, signal }));
    attempts.push(attempt);
    if (attempt.verdict === "kept") return { sentence: attempt.sentence, attempts };
    opening = stumbleOf(parts, attempt.sentence)?.mended;
  }
  return { sentence: undefined, attempts };
}

/**
 * Several candidates, each checked against the note; the
 * one that keeps the most is taken. The same engine, seed and note give the same sentence.
 */
async function rewriteFreely(
  engine: Engine,
  shaped: ShapedNote,
  options: RewriteOptions,
): Promise<Rewrite> {
  const { signal } = options;
  const attempts: Attempt[] = [];
  const answered = new Set<string>();
  const settled = new Set<string>();
  let best: { sentence: string; kept: number } | undefined;
  for (const [at, { temperature, order }] of TRIES.entries()) {
    const prompt = await fittingPrompt(engine, shaped, order, signal);
    if (prompt === undefined || settled.has(prompt)) continue;
    // Both orders may be the same one: the likeliest sentence is known then.
    if (temperature === 0 && answered.has(prompt)) continue;
    answered.add(prompt);
    const request = { prompt, temperature, seed: options.seed + at, maxTokens: MAX_TOKENS };
    const rest = await engine.complete({ ...request, signal });
    const { attempt, kept } = judge(shaped, rest);
    const isRepeated = attempts.some(({ sentence }) => sentence === attempt.sentence);
    attempts.push(attempt);
    // A sample that says what was said before: the next one of the same prompt would, too.
    if (isRepeated && temperature > 0) settled.add(prompt);
    if (kept > (best?.kept ?? 0)) best = { sentence: attempt.sentence, kept };
    if (kept >= ENOUGH_KEPT) break;
  }
  return { sentence: best?.sentence, attempts };
}

/** The prompt with as many of the pairs as the engine has room for; undefined if for none. */
async function fittingPrompt(
  engine: Engine,
  shaped: ShapedNote,
  order: PairOrder,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (let pairs = shaped.shape.pairs.length; pairs > 0; pairs--) {
    const prompt = rewritePrompt(shaped, order, pairs);
    await engine.measure?.(prompt, signal);
    if (engine.hasRoomFor(prompt, MAX_TOKENS)) return prompt;
  }
  return undefined;
}

function judge(
  { note, opening, shape, parts }: ShapedNote,
  rest: string,
): { attempt: Attempt; kept: number } {
  const sentence = `${opening}${rest}`.trim();
  const check = checkSentence(note, sentence, shape.sentence, parts);
  if (check.ok) return { attempt: { sentence, verdict: "kept" }, kept: check.kept };
  const verdict = check.rejection === "copy" ? "copy" : "thrown-away";
  return { attempt: { sentence, verdict, reason: `${check.rejection}: ${check.detail}` }, kept: 0 };
}
