import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Document, MAX_DOCUMENT_CHARACTERS, parseDocument } from "@ggufkit/model-facts";
import { SummarizerError } from "./errors.ts";

/** What is known about a model, as its files on disk say it. */
export interface Input {
  readonly card: Document;
  readonly research: readonly Document[];
}

/** The names that a directory's model card may have, the first that is there is taken. */
const CARD_NAMES = ["card.md", "README.md"];
const RESEARCH_DIRECTORY = "research";

/**
 * Reads a model card (a Markdown file, or a directory with `card.md` or `README.md`) and research
 * documents: those of the directory's `research/`, by name, then those of `researchFiles`.
 *
 * @throws SummarizerError `no-card`, `unreadable`
 * @throws DocumentError a file is no Markdown text, or names no source
 */
export async function readInput(
  path: string,
  researchFiles: readonly string[] = [],
): Promise<Input> {
  const isDirectory = (await statOf(path)).isDirectory();
  const names = isDirectory ? await readdir(path) : [];
  const cardName = CARD_NAMES.find((name) => names.includes(name));
  if (isDirectory && cardName === undefined) {
    const expected = CARD_NAMES.join(" or ");
    throw new SummarizerError("no-card", `${path}: expected ${expected} in it, found neither`);
  }
  const card = await readDocument(isDirectory ? join(path, cardName ?? "") : path, "card");
  const inside = names.includes(RESEARCH_DIRECTORY)
    ? await markdownFiles(join(path, RESEARCH_DIRECTORY))
    : [];
  const research = await Promise.all(
    [...inside, ...researchFiles].map((file) => readDocument(file, "research")),
  );
  return { card, research };
}

async function markdownFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => /\.(md|txt)$/.test(name))
    .toSorted()
    .map((name) => join(directory, name));
}

async function readDocument(path: string, role: "card" | "research"): Promise<Document> {
  const stats = await statOf(path);
  if (!stats.isFile()) throw new SummarizerError("unreadable", `${path}: is no regular file`);
  const { size } = stats;
  if (size > MAX_DOCUMENT_CHARACTERS * 4)
    throw new SummarizerError("unreadable", `${path}: ${size} bytes are too many for a document`);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SummarizerError("unreadable", `${path}: ${reasonOf(cause)}`, { cause });
  });
  // A GGUF or another binary is told by its NUL bytes: `parseDocument` names it.
  return parseDocument(bytes.toString("utf8"), { name: path, role });
}

async function statOf(path: string): ReturnType<typeof stat> {
  return stat(path).catch((cause: unknown) => {
    throw new SummarizerError("unreadable", `${path}: ${reasonOf(cause)}`, { cause });
  });
}

function reasonOf(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file or directory";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "is a directory";
  return code ?? String(cause);
}
