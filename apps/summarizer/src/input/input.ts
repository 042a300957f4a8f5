import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ModelDescription } from "@ggufkit/gguf";
import type { Document } from "@ggufkit/model-facts";
import { SummarizerError } from "../errors.ts";
import { type DocumentFile, readDocumentFile, statOf } from "./document-file.ts";
import { isModelInput, type ModelPlaces, readModelInput } from "./model-input.ts";

/** What is known about a model. */
export interface Input {
  readonly card: Document;
  readonly research: readonly Document[];
  /** The model's own header, where the input has it. */
  readonly header?: ModelDescription | undefined;
}

/** The names that a directory's model card may have, the first that is there is taken. */
const CARD_NAMES = ["card.md", "README.md", "card.html", "card.txt"];
const RESEARCH_DIRECTORY = "research";
const RESEARCH_FILE = /\.(?:md|markdown|txt|html?|pdf)$/i;

/**
 * Reads what a page is to be about: a model card, a directory with `card.md` or `README.md`, a
 * repository on the Hub (`hf:owner/name`), or a GGUF whose metadata names its repository; and research
 * documents: those of the directory's `research/`, by name, then those of `researchFiles`. A file's
 * address may follow it: `paper.pdf=https://…`.
 *
 * @param places where cards and headers come from that are no documents on this machine
 * @throws SummarizerError `no-card`, `unreadable`
 * @throws DocumentError a file is no document, or names no source
 * @throws HubError of a kind, for inputs from the Hub
 */
export async function readInput(
  input: string,
  researchFiles: readonly string[] = [],
  places?: ModelPlaces,
): Promise<Input> {
  const added = researchFiles.map((word) => fileOf(word, "research"));
  if (places !== undefined && isModelInput(input)) {
    const { card, header } = await readModelInput(input, places);
    return { card, research: await readAll(added), header };
  }
  const file = fileOf(input, "card");
  const isDirectory = (await statOf(file.path)).isDirectory();
  if (!isDirectory) return { card: await readDocumentFile(file), research: await readAll(added) };
  const names = await readdir(file.path);
  const cardName = CARD_NAMES.find((name) => names.includes(name));
  if (cardName === undefined) {
    const expected = CARD_NAMES.slice(0, 2).join(" or ");
    throw new SummarizerError("no-card", `${file.path}: expected ${expected} in it, found neither`);
  }
  const card = await readDocumentFile({ ...file, path: join(file.path, cardName) });
  const inside = names.includes(RESEARCH_DIRECTORY)
    ? await researchIn(join(file.path, RESEARCH_DIRECTORY))
    : [];
  return { card, research: await readAll([...inside, ...added]) };
}

/** `FILE` or `FILE=URL`. */
function fileOf(word: string, role: DocumentFile["role"]): DocumentFile {
  const [, path, url] = /^(.+?)=(https?:\/\/.*)$/i.exec(word) ?? [];
  return path === undefined ? { path: word, role } : { path, role, url };
}

async function researchIn(directory: string): Promise<DocumentFile[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => RESEARCH_FILE.test(name))
    .toSorted()
    .map((name) => ({ path: join(directory, name), role: "research" }));
}

function readAll(files: readonly DocumentFile[]): Promise<Document[]> {
  return Promise.all(files.map(readDocumentFile));
}
