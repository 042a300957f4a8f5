import type { BatchPage } from "./batch.ts";
import type { BatchJob, BatchOptions } from "./batch-plan.ts";
import type { Engine } from "../engine/engine.ts";
import { readInput } from "../input/input.ts";
import { type ModelPlaces, readHeader } from "../input/model-input.ts";
import { renderJson } from "../json.ts";
import { countWords, renderMarkdown } from "../markdown.ts";
import type { WritingEvent } from "../prose.ts";
import { renderSummary } from "../render-summary.ts";
import { summarize } from "../summarize.ts";

/** What a page of a batch takes. */
export interface PageWork {
  /** Where cards and headers come from that are no documents on this machine. */
  readonly places: ModelPlaces;
  readonly engine: Engine | undefined;
  readonly options: BatchOptions;
}

/** Writes the page of a job; its events are those of the writing. */
export async function* writeBatchPage(
  job: BatchJob,
  signal: AbortSignal,
  { places, engine, options }: PageWork,
): AsyncGenerator<WritingEvent, BatchPage> {
  const { input: named, research, gguf } = job.resolved;
  const input = await readInput(named, research, places);
  const header = gguf === undefined ? input.header : await readHeader(gguf, places);
  const { words: range, seed, format } = options;
  const own = engine?.forPage?.() ?? (engine && sinceNow(engine));
  const summary = yield* summarize(input, { engine: own, header, range, seed, signal });
  const { page, report, worded, evidence } = summary;
  return {
    text: await renderSummary(summary, format),
    words: countWords(renderMarkdown(page)),
    worded,
    model: report.model,
    contradictions: evidence.sheet.contradictions.length,
    page: JSON.parse(renderJson(summary)) as unknown,
  };
}

/** An engine whose usage begins now: pages that follow each other each tell their own. */
function sinceNow(engine: Engine): Engine {
  const before = engine.usage();
  return {
    ...engine,
    usage() {
      const now = engine.usage();
      return {
        readTokens: now.readTokens - before.readTokens,
        readSeconds: now.readSeconds - before.readSeconds,
        writtenTokens: now.writtenTokens - before.writtenTokens,
        writeSeconds: now.writeSeconds - before.writeSeconds,
      };
    },
  };
}
