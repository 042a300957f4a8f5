import type { EngineUsage } from "./engine/engine.ts";
import type { Rewritten } from "./prose.ts";
import type { Attempt } from "./rewriting/rewrite.ts";

/** What the writing took and how the model did. */
export interface WritingReport {
  /** The model's file; undefined when no model wrote. */
  readonly model: string | undefined;
  readonly usage: EngineUsage | undefined;
  /** Notes that the model was given, one sentence to be made of each. */
  readonly notes: number;
  /** Sentences tried, by verdict; a note has one or several. */
  readonly kept: number;
  readonly copies: number;
  readonly thrownAway: number;
  /** Notes that no sentence did justice to: their own words stand. */
  readonly unworded: number;
  readonly seconds: number;
}

export function writingReport(
  rewritten: readonly Rewritten[],
  engine: { readonly model: string; readonly usage: EngineUsage } | undefined,
  seconds: number,
): WritingReport {
  const attempts = rewritten.flatMap(({ rewrite }) => rewrite.attempts);
  const count = (verdict: Attempt["verdict"]): number =>
    attempts.filter((attempt) => attempt.verdict === verdict).length;
  return {
    model: engine?.model,
    usage: engine?.usage,
    notes: rewritten.length,
    kept: count("kept"),
    copies: count("copy"),
    thrownAway: count("thrown-away"),
    unworded: rewritten.filter(({ rewrite }) => rewrite.sentence === undefined).length,
    seconds,
  };
}

/**
 * The report for people: a line, or three when a model wrote. `words` are the page's, `worded` its
 * sentences by the model.
 */
export function renderReport(report: WritingReport, words: number, worded: number): string {
  const { model, usage, notes, kept, copies, thrownAway, unworded, seconds } = report;
  const took = `${seconds.toFixed(1)} s`;
  if (model === undefined || usage === undefined)
    return `${words} words in ${took}, all prose in the sources' own sentences\n`;
  const read = rate(usage.readTokens, usage.readSeconds);
  const wrote = rate(usage.writtenTokens, usage.writeSeconds);
  const tried = kept + copies + thrownAway;
  return [
    `model ${model}: read ${read}, wrote ${wrote}`,
    `${tried} sentences for ${notes} notes: ${kept} kept, ${copies} copies, ${thrownAway} thrown away; ${unworded} notes keep the source's words`,
    `${words} words in ${took}, ${worded} of the page's sentences worded by the model`,
    "",
  ].join("\n");
}

function rate(tokens: number, seconds: number): string {
  const speed = seconds > 0 ? ` (${Math.round(tokens / seconds)}/s)` : "";
  return `${tokens.toLocaleString("en")} tokens${speed}`;
}
