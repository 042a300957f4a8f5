import type { Statement } from "@ggufkit/model-facts";
import { runPool } from "./pool.ts";
import { type Engine, StartedOverError } from "./engine/engine.ts";
import { countWords, escapeMarkdown } from "./markdown.ts";
import type { Line } from "./page.ts";
import { overlap, type Ranked } from "./rank.ts";
import { LIMITS, SAFETY } from "./rank-patterns.ts";
import { type Rewrite, rewriteNote } from "./rewriting/rewrite.ts";
import { type ShapedNote, shapeOf } from "./rewriting/shaped-note.ts";
import { contentWords, splitLabel } from "./words.ts";

/** A line of prose, with its statement's score: what a page that is too long drops first. */
export interface ProseLine extends Line {
  readonly statement: Statement;
  readonly score: number;
}

/** What a page says in sentences: its lines, those to keep first, and how the model came to them. */
export interface Prose {
  readonly lines: readonly ProseLine[];
  readonly rewritten: readonly Rewritten[];
}

/** A statement that the model was given, with all that it made of it. */
export interface Rewritten {
  readonly statement: Statement;
  readonly rewrite: Rewrite;
}

/** Of `total` notes `done` have been worded. */
export interface WritingEvent {
  readonly type: "writing";
  readonly done: number;
  readonly total: number;
}

/**
 * Statements that a page takes from one source for one section before the others have had their
 * turns: none crowds out the others, and a card that stands alone still fills its page.
 */
const QUOTAS = { card: 5, family: 4, advice: 4, other: 1 } as const;

/** The section of a page that a statement belongs to: the card's claims or its advice, the series' or a related thing's. */
export type Group = keyof typeof QUOTAS;

/** What tells the reader to do or to avoid something, or what it costs. */
const ADVICE =
  /^(?:we (?:recommend|advise|suggest)|do not|avoid)\b|\b(?:should|recommended|potentially|may lead)\b/i;

/** Statements that share more of their words say the same. */
const MOST_OVERLAP = 0.6;

/** More than the longest page holds; comparing each with each has to end somewhere. */
const MOST_STATEMENTS = 100;

/** The best statements that don't repeat each other; still the best first. */
export function selectStatements(ranked: readonly Ranked[]): Ranked[] {
  const chosen: { readonly candidate: Ranked; readonly content: ReadonlySet<string> }[] = [];
  for (const candidate of ranked) {
    if (chosen.length === MOST_STATEMENTS) break;
    const content = new Set(contentWords(candidate.statement.text));
    if (chosen.some((other) => overlap(other.content, content) > MOST_OVERLAP)) continue;
    chosen.push({ candidate, content });
  }
  return chosen.map(({ candidate }) => candidate);
}

/** What quotas and turns are counted by: a section's lines from one source. */
function shareOf(statement: Statement): string {
  return `${groupOf(statement)} ${statement.source.url}`;
}

export function groupOf({ text, source, entity, headings }: Statement): Group {
  const isOfLimits = headings.some((heading) => LIMITS.test(heading) || SAFETY.test(heading));
  if (source.role === "card") return ADVICE.test(text) && !isOfLimits ? "advice" : "card";
  return entity.kind === "other" ? "other" : "family";
}

export interface ProseOptions {
  readonly engine?: Engine | undefined;
  readonly seed: number;
  /** Words that the page has left for prose: the model is not asked for what has no room. */
  readonly room: number;
  readonly signal?: AbortSignal | undefined;
  /** Why a line that a model worded may not stand; undefined where nothing speaks against it. */
  readonly objection?: (line: Line) => string | undefined;
}

/**
 * Words the statements: by the model where one is given and its sentence passes the checks, else in
 * the source's own words.
 */
export async function* writeProse(
  chosen: readonly Ranked[],
  options: ProseOptions,
): AsyncGenerator<WritingEvent, Prose> {
  const rewritten =
    options.engine === undefined ? [] : yield* rewriteChosen(chosen, options.engine, options);
  const sentences = new Map(
    rewritten.map(({ statement, rewrite: { sentence } }) => [statement, sentence]),
  );
  const lines = chosen.map(({ statement, score }) =>
    proseLine(statement, score, sentences.get(statement)),
  );
  return { lines: byTurns(lines, (line) => line.writer === "model"), rewritten };
}

async function* rewriteChosen(
  chosen: readonly Ranked[],
  engine: Engine,
  options: ProseOptions,
): AsyncGenerator<WritingEvent, Rewritten[]> {
  const notes = notesFor(chosen, options.room);
  for (;;)
    try {
      return yield* rewriteNotes(notes, engine, options);
    } catch (error) {
      if (!(error instanceof StartedOverError)) throw error;
    }
}

async function* rewriteNotes(
  notes: readonly Note[],
  engine: Engine,
  { seed, signal, objection }: ProseOptions,
): AsyncGenerator<WritingEvent, Rewritten[]> {
  const rewritten = new Map<Statement, Rewritten>();
  const word = async function* ({ statement, shaped }: Note): AsyncGenerator<Rewritten> {
    signal?.throwIfAborted();
    const worded = await rewriteNote(engine, shaped, { seed, signal });
    yield { statement, rewrite: withoutDisputed(worded, statement, objection) };
  };
  const total = notes.length;
  yield { type: "writing", done: 0, total };
  for await (const one of runPool(notes, engine.maxParallel ?? 1, word)) {
    rewritten.set(one.statement, one);
    yield { type: "writing", done: rewritten.size, total };
  }
  return notes.flatMap(({ statement }) => rewritten.get(statement) ?? []);
}

/** A sentence that passed the checks and yet is disputed does not stand. */
function withoutDisputed(
  worded: Rewrite,
  statement: Statement,
  objection: ProseOptions["objection"],
): Rewrite {
  const { sentence, attempts } = worded;
  const reason = sentence && objection?.(proseLine(statement, 0, sentence));
  if (reason === undefined || reason === "") return worded;
  return {
    sentence: undefined,
    attempts: attempts.map((attempt) =>
      attempt.sentence === sentence
        ? { sentence, verdict: "thrown-away", reason: `audit: ${reason}` }
        : attempt,
    ),
  };
}

interface Note {
  readonly statement: Statement;
  readonly shaped: ShapedNote;
}

/** Some sentences fail their checks, others turn out shorter: notes for half as many words again. */
const RESERVE = 1.5;

/**
 * The notes that the model can word and a page has room for. Those of one shape follow each other:
 * they begin with the same pairs, which the engine then reads once.
 */
function notesFor(chosen: readonly Ranked[], room: number): Note[] {
  const ordered = byTurns(chosen, ({ statement }) => shapeOf(statement.text) !== undefined);
  const notes: Note[] = [];
  let words = 0;
  for (const { statement } of ordered) {
    if (words > room * RESERVE) break;
    words += countWords(statement.text);
    const shaped = shapeOf(statement.text);
    if (shaped !== undefined) notes.push({ statement, shaped });
  }
  const shapes = notes.map(({ shaped }) => shaped.shape);
  return notes.toSorted((a, b) => shapes.indexOf(a.shaped.shape) - shapes.indexOf(b.shaped.shape));
}

/**
 * What waits for later turns: sources' own words, what is not about the model and, longest of all,
 * what is beyond its quota.
 */
const LATE = { source: 2, other: 2, beyondQuota: 10 } as const;

/** Each source's best line, then each one's second best and so on: a full page drops the end. */
function byTurns<T extends Ranked>(lines: readonly T[], isWorded: (line: T) => boolean): T[] {
  const turns = new Map<string, number>();
  const withTurn = lines
    .toSorted((a, b) => b.score - a.score)
    .map((line) => {
      const share = shareOf(line.statement);
      const turn = turns.get(share) ?? 0;
      turns.set(share, turn + 1);
      const lateSource = isWorded(line) ? 0 : LATE.source;
      const group = groupOf(line.statement);
      const lateOther = group === "other" ? LATE.other : 0;
      const lateQuota = turn < QUOTAS[group] ? 0 : LATE.beyondQuota;
      return { line, turn: turn + lateSource + lateOther + lateQuota };
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
