import type { Statement } from "@ggufkit/model-facts";
import type { Engine } from "./engine.ts";
import { escapeMarkdown } from "./markdown.ts";
import type { Line } from "./page.ts";
import { overlap, type Ranked } from "./rank.ts";
import { type Rewrite, rewriteStatement } from "./rewrite.ts";
import { splitLabel } from "./words.ts";

/** A line of prose, with its statement's score: what a page that is too long drops first. */
export interface ProseLine extends Line {
  readonly statement: Statement;
  readonly score: number;
}

export type WritingEvent =
  | { readonly type: "writing"; readonly done: number; readonly total: number }
  | { readonly type: "rewritten"; readonly statement: Statement; readonly rewrite: Rewrite };

/** Most statements that a page takes from one source for one section: none crowds out the others. */
const QUOTAS = { card: 5, family: 4, advice: 4, other: 1 } as const;

/** What tells the reader to do or to avoid something, or what it costs. */
const ADVICE =
  /^(?:we (?:recommend|advise|suggest)|do not|avoid)\b|\b(?:should|recommended|potentially|may lead)\b/i;

/** Statements that share more of their words say the same. */
const MOST_OVERLAP = 0.6;

/** The best statements that don't repeat each other, within the quotas; still the best first. */
export function selectStatements(ranked: readonly Ranked[]): Ranked[] {
  const taken = new Map<string, number>();
  const chosen: Ranked[] = [];
  for (const candidate of ranked) {
    const { text } = candidate.statement;
    const share = shareOf(candidate.statement);
    const count = taken.get(share) ?? 0;
    if (count >= QUOTAS[groupOf(candidate.statement)]) continue;
    if (chosen.some(({ statement }) => overlap(statement.text, text) > MOST_OVERLAP)) continue;
    taken.set(share, count + 1);
    chosen.push(candidate);
  }
  return chosen;
}

/** What quotas and turns are counted by: a section's lines from one source. */
function shareOf(statement: Statement): string {
  return `${groupOf(statement)} ${statement.source.url}`;
}

/** Which section of a page a statement belongs to: the card's claims or its
 * advice, the series' or a related thing's. */
export function groupOf({ text, source, entity }: Statement): keyof typeof QUOTAS {
  if (source.role === "card") return ADVICE.test(text) ? "advice" : "card";
  return entity.kind === "other" ? "other" : "family";
}

/**
 * Words the statements: by the model where one is given and its sentence passes the checks, else in
 * the source's own words. Yields an event a statement; the return value is the lines,
 * the ones to keep first.
 */
export async function* writeProse(
  chosen: readonly Ranked[],
  engine: Engine | undefined,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<WritingEvent, ProseLine[]> {
  const lines: ProseLine[] = [];
  for (const [done, { statement, score }] of chosen.entries()) {
    if (engine === undefined) {
      lines.push(proseLine(statement, score, undefined));
      continue;
    }
    yield { type: "writing", done, total: chosen.length };
    options.signal?.throwIfAborted();
    const rewrite = await rewriteStatement(engine, statement, options);
    yield { type: "rewritten", statement, rewrite };
    lines.push(proseLine(statement, score, rewrite.sentence));
  }
  if (engine !== undefined) yield { type: "writing", done: chosen.length, total: chosen.length };
  return byTurns(lines);
}

/** What waits for later turns: sources' own words wait for one, what is not about the model for two. */
const LATE = { source: 1, other: 2 } as const;

/** Each source's best line, then each one's second best and so on: a full page drops the end. */
function byTurns(lines: readonly ProseLine[]): ProseLine[] {
  const best = lines.toSorted((a, b) => b.score - a.score);
  const turns = new Map<string, number>();
  const withTurn = best.map((line) => {
    const share = shareOf(line.statement);
    const turn = turns.get(share) ?? 0;
    turns.set(share, turn + 1);
    const late =
      (line.writer === "source" ? LATE.source : 0) +
      (groupOf(line.statement) === "other" ? LATE.other : 0);
    return { line, turn: turn + late };
  });
  return withTurn.toSorted((a, b) => a.turn - b.turn).map(({ line }) => line);
}

function proseLine(statement: Statement, score: number, sentence: string | undefined): ProseLine {
  const { name } = statement.entity;
  const said = splitLabel(statement.text);
  const text = sentence ?? said.body;
  const ofOther = groupOf(statement) === "other" && !text.includes(name) ? name : undefined;
  const label = ofOther ?? (sentence === undefined ? said.label : undefined);
  return {
    text: escapeMarkdown(text),
    ...(label !== undefined && { label: escapeMarkdown(label) }),
    writer: sentence === undefined ? "source" : "model",
    source: statement.source,
    evidence: [statement],
    statement,
    score,
  };
}
