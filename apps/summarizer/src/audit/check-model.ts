import { readFile } from "node:fs/promises";
import { colours, InvalidInputError, writeOut } from "@ggufkit/terminal";
import { auditSummary } from "./audit.ts";
import type { CheckCommandOptions } from "./check-command.ts";
import type { FetchContext } from "../model-source.ts";
import { SummarizerError } from "../errors.ts";
import { gatherEvidence } from "../evidence.ts";
import { hubPlaces } from "../input/hub-places.ts";
import { readInput } from "../input/input.ts";
import { readHeader } from "../input/model-input.ts";
import { statOf } from "../input/document-file.ts";
import { auditDocument, countFindings, renderAudit } from "./render-audit.ts";

/** A page of 500 words has some 4 kB; what is larger than this is something else. */
const MAX_SUMMARY_BYTES = 16_000_000;

/**
 * Prints what is wrong with a summary, and what of it the sources support.
 *
 * @throws {InvalidInputError} where anything is wrong
 * @throws {SummarizerError} `unreadable`, `no-card`
 * @throws {DocumentError} a source is no document, or names no address
 */
export async function checkSummary(
  path: string,
  { card, gguf, research, words: range, json }: CheckCommandOptions,
  context: FetchContext,
): Promise<void> {
  const markdown = await readSummaryFile(path);
  const places = hubPlaces(context);
  const input = await readInput(card, research, places);
  const header = gguf === undefined ? input.header : await readHeader(gguf, places);
  const audit = auditSummary(markdown, gatherEvidence(input, header), { range });
  const colour = colours({ stream: process.stdout, env: context.env });
  const shown = json
    ? `${JSON.stringify(auditDocument(audit, range), undefined, 2)}\n`
    : renderAudit(audit, colour);
  await writeOut(shown);
  if (audit.findings.length > 0)
    throw new InvalidInputError(`${path}: ${countFindings(audit.findings)}`);
}

async function readSummaryFile(path: string): Promise<string> {
  const stats = await statOf(path);
  if (!stats.isFile()) throw new SummarizerError("unreadable", `${path}: is no regular file`);
  if (stats.size > MAX_SUMMARY_BYTES)
    throw new SummarizerError(
      "unreadable",
      `${path}: ${stats.size} bytes are too many for a summary`,
    );
  const text = (await readFile(path)).toString("utf8").replace(/^\uFEFF/, "");
  if (text.includes("\0"))
    throw new SummarizerError(
      "unreadable",
      `${path}: expected Markdown text, found binary data (a NUL byte)`,
    );
  return text;
}
