import type { EngineUsage } from "./engine.ts";
import type { Attempt } from "./rewrite.ts";
import type { WritingEvent } from "./prose.ts";

/** What the writing took and how the model did. */
export interface WritingReport {
  /** The model's file; undefined when no model wrote. */
  readonly model: string | undefined;
  readonly usage: EngineUsage | undefined;
  /** Candidates by verdict; a statement has one or several. */
  readonly kept: number;
  readonly copies: number;
  readonly thrownAway: number;
  /** Statements that no candidate did justice to: their own words stand. */
  readonly unworded: number;
  readonly seconds: number;
}

/** A statement that the model was given, with all that it made of it. */
export type Rewritten = Extract<WritingEvent, { type: "rewritten" }>;

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
    kept: count("kept"),
    copies: count("copy"),
    thrownAway: count("thrown-away"),
    unworded: rewritten.filter(({ rewrite }) => rewrite.sentence === undefined).length,
    seconds,
  };
}

/** The report in two lines, for stderr. */
export function renderReport(report: WritingReport, words: number, ownSentences: number): string {
  const { model, usage, kept, copies, thrownAway, unworded, seconds } = report;
  const last = `${words} words in ${seconds.toFixed(1)} s`;
  if (model === undefined || usage === undefined) return `written extractively: ${last}\n`;
  const read = rate(usage.readTokens, usage.readSeconds);
  const wrote = rate(usage.writtenTokens, usage.writeSeconds);
  return [
    `model ${model}: read ${read}, wrote ${wrote}`,
    `its sentences: ${kept} kept, ${copies} copies, ${thrownAway} thrown away; ${unworded} notes left in the source's words`,
    `${last}, ${ownSentences} sentences of the page worded by the model`,
    "",
  ].join("\n");
}

function rate(tokens: number, seconds: number): string {
  const speed = seconds > 0 ? ` (${Math.round(tokens / seconds)}/s)` : "";
  return `${tokens.toLocaleString("en")} tokens${speed}`;
}
