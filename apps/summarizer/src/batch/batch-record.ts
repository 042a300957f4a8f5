import type { PageFormat } from "../render-summary.ts";

/** What a page's record says: that it is done, from what, and how it went. */
export interface BatchRecord {
  readonly schema: 1;
  readonly name: string;
  /** As the list has it. */
  readonly input: string;
  /** Of all that the page was made from: the inputs' bytes and the options. */
  readonly digest: string;
  /** The page's file, beside this one; undefined where the page is in `page` alone. */
  readonly file: string | undefined;
  readonly words: number;
  readonly seconds: number;
  /** Sentences that a model worded, and which model it was. */
  readonly worded: number;
  readonly model: string | undefined;
  /** Sources that contradict each other. */
  readonly contradictions: number;
  /** The page with its facts and its evidence, as `--format json` prints it. */
  readonly page: unknown;
}

/** A page that could not be written, a line in `failed.jsonl`. */
export interface BatchFailure {
  readonly name: string;
  readonly line: number;
  readonly input: string;
  readonly code: string;
  readonly message: string;
}

export function renderRecord(record: BatchRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Reads a record; undefined where a text is none, or one of another time. */
export function parseRecord(text: string): BatchRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Partial<BatchRecord>;
  const { schema, digest, file, words, seconds, worded, contradictions } = record;
  const isWhole =
    schema === 1 &&
    typeof digest === "string" &&
    (file === undefined || typeof file === "string") &&
    [words, seconds, worded, contradictions].every((number) => typeof number === "number");
  return isWhole ? (record as BatchRecord) : undefined;
}

/** The names of a page's files: the record's own, and the page's where it is not in the record. */
export function filesOf(name: string, format: PageFormat): { record: string; page?: string } {
  const record = `${name}.json`;
  return format === "json" ? { record } : { record, page: `${name}.${format}` };
}
