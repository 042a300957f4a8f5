import { DEFAULT_MODEL } from "../engine/open-engine.ts";
import { type PageOptions, parseWhole, type WriterOptions } from "../options.ts";
import type { PageFormat } from "../render-summary.ts";

/** What was typed beside LIST. */
export interface BatchCommandOptions extends WriterOptions, PageOptions {
  readonly out: string;
  readonly concurrency?: number;
  readonly format: PageFormat;
  readonly json?: true;
}

/** More requests at once serve no server; more pages at once only hold more memory. */
const MOST_CONCURRENT = 64;

/** @throws UsageError */
export function parseConcurrency(text: string): number {
  return parseWhole("--concurrency", text, 1, MOST_CONCURRENT);
}

/** Who is asked to word the prose, as a record's digest has it: a server may move, its model stays. */
export function writerOf(options: WriterOptions): string {
  const { extractive, server, serverModel, model } = options;
  if (extractive === true) return "extractive";
  const thinking = options.thinking === "on" ? `, thinking for ${options.thinkingBudget}` : "";
  if (server !== undefined) return `server ${serverModel ?? "its only model"}${thinking}`;
  return `model ${model ?? DEFAULT_MODEL}${thinking}`;
}
