import type { ModelDescription } from "@ggufkit/gguf";
import { type Audit, type Auditor, auditorOf } from "./audit/audit.ts";
import { composePage, factLines, type FactLines, roomForProse } from "./compose.ts";
import type { Engine } from "./engine/engine.ts";
import { type Evidence, gatherEvidence } from "./evidence.ts";
import type { Input } from "./input/input.ts";
import { citedText, renderMarkdown } from "./markdown.ts";
import { type Line, linesOf, type Page, type WordRange } from "./page.ts";
import { type Rewritten, selectStatements, type WritingEvent, writeProse } from "./prose.ts";
import { rankStatements } from "./rank.ts";
import { type WritingReport, writingReport } from "./report.ts";

export interface SummarizeOptions {
  /** Words the prose; without it the page has the source's own sentences. */
  readonly engine?: Engine | undefined;
  /** The model's own header: its facts come first in trust. */
  readonly header?: ModelDescription | undefined;
  readonly range: WordRange;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Summary {
  /** The words that were asked for. */
  readonly range: WordRange;
  readonly page: Page;
  readonly evidence: Evidence;
  /** The model's own header, where it was given. */
  readonly header: ModelDescription | undefined;
  readonly report: WritingReport;
  /** The page held against its sources, as those of others are. */
  readonly audit: Audit;
  readonly rewritten: readonly Rewritten[];
  /** Sentences of the page that the model worded. */
  readonly worded: number;
}

/**
 * Writes a page about the model of a card. Yields what happens; the return value is the summary.
 * Plan, facts, links and length are code's; the model words single sentences, each checked.
 *
 * @throws SummarizerError `too-little`, `range`
 */
export async function* summarize(
  input: Input,
  options: SummarizeOptions,
): AsyncGenerator<WritingEvent, Summary> {
  const start = performance.now();
  const { engine, range, seed, signal, header = input.header } = options;
  const evidence = gatherEvidence(input, header);
  const facts = factLines(evidence);
  const { sheet, subject, statements } = evidence;
  const ranked = rankStatements(statements, sheet, subject, textsBehind(facts));
  const room = roomForProse(evidence, facts, range);
  const auditor = auditorOf(evidence);
  const { lines, rewritten } = yield* writeProse(selectStatements(ranked), {
    engine,
    seed,
    room,
    signal,
    objection: (line) => objectionTo(line, auditor),
  });
  const page = composePage(evidence, facts, lines, range);
  const seconds = (performance.now() - start) / 1000;
  const usage = engine && { model: engine.model, usage: engine.usage() };
  const worded = linesOf(page).filter((line) => line.writer === "model").length;
  return {
    range,
    page,
    evidence,
    header,
    report: writingReport(rewritten, usage, seconds),
    audit: auditor.audit(renderMarkdown(page), { range }),
    rewritten,
    worded,
  };
}

/** Why the sources don't support a line, if they don't. */
function objectionTo(line: Line, auditor: Auditor): string | undefined {
  const claims = auditor.claimsOf(`- ${citedText(line)}`);
  return claims.find(({ verdict }) => verdict !== "supported" && verdict !== "no-claim")?.why;
}

/** The words of the sources that lines of facts stand for: prose need not say them again. */
function textsBehind({ opening, specifications, usage }: FactLines): Set<string> {
  const evidence = [...opening, ...specifications, ...usage].flatMap((line) => line.evidence);
  return new Set(evidence.map((item) => ("where" in item ? item.where.text : item.text)));
}
