import { UsageError } from "@ggufkit/terminal";

/** A model of a list, as its line has it. */
export interface BatchEntry {
  /** Counted from 1. */
  readonly line: number;
  readonly input: string;
  readonly gguf?: string;
  readonly research: readonly string[];
  readonly name?: string;
}

/** More lines than anybody wants pages; a list of another kind is told by it. */
const MOST_ENTRIES = 100_000;

/** The first bad lines say what is wrong with the others. */
const MOST_PROBLEMS = 5;

const FIELDS: ReadonlySet<string> = new Set(["input", "gguf", "research", "name"]);

/**
 * Reads a list: one JSON object a line, empty lines left out.
 *
 * @throws UsageError lines that are none, each with its number
 */
export function parseBatchList(text: string, list: string): BatchEntry[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const entries: BatchEntry[] = [];
  const problems: string[] = [];
  for (const [at, json] of lines.entries()) {
    if (json.trim() === "") continue;
    if (entries.length >= MOST_ENTRIES)
      throw new UsageError(`${list}: more than ${MOST_ENTRIES} lines`);
    const entry = parseEntry(json, at + 1);
    if (typeof entry === "object") entries.push(entry);
    else problems.push(`line ${at + 1}: ${entry}`);
    if (problems.length === MOST_PROBLEMS) break;
  }
  if (problems.length > 0) throw new UsageError(`${list}: ${problems.join("; ")}`);
  if (entries.length === 0) throw new UsageError(`${list}: expected an object a line, found none`);
  return entries;
}

/** The entry, or what is wrong with it. */
function parseEntry(json: string, line: number): BatchEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return "is no JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "expected a JSON object";
  const { input, gguf, name, research = [] } = value as Record<string, unknown>;
  const stray = Object.keys(value).find((key) => !FIELDS.has(key));
  if (stray !== undefined) return `unknown field ${JSON.stringify(stray)}`;
  if (!isText(input)) return '"input": expected a text';
  if (gguf !== undefined && !isText(gguf)) return '"gguf": expected a text';
  if (name !== undefined && !isText(name)) return '"name": expected a text';
  if (!Array.isArray(research) || !research.every(isText)) return '"research": expected texts';
  return { line, input, research, ...(gguf && { gguf }), ...(name && { name }) };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && !value.includes("\0");
}
