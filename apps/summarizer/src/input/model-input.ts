import { type Gguf, kvString, type ModelDescription } from "@ggufkit/gguf";
import { type Document, parseDocument } from "@ggufkit/model-facts";
import { SummarizerError } from "../errors.ts";

/** A model's card as the Hub has it. */
export interface FetchedCard {
  readonly text: string;
  readonly url: string;
}

/** The first header of a model, and what all of them tell. */
export interface FetchedHeader {
  readonly gguf: Gguf;
  readonly description: ModelDescription;
}

/** Where cards and headers come from; handed in, so that nothing here knows networks and caches. */
export interface ModelPlaces {
  /** The card of a repository on the Hub, as `hf:owner/name`. */
  readonly card: (repository: string) => Promise<FetchedCard>;
  /** The header of a model: a path, an address, a reference. Undefined where it is not to be had. */
  readonly header: (source: string) => Promise<FetchedHeader | undefined>;
}

const HUB = /^hf:[^/\s]+\/[^/\s@:]+/;
const GGUF_FILE = /\.gguf$/i;

/** Whether an input names a model, and not a document. */
export function isModelInput(input: string): boolean {
  return HUB.test(input) || isGgufFile(input);
}

/** Whether an input names a GGUF, on this machine or elsewhere. */
export function isGgufFile(input: string): boolean {
  return GGUF_FILE.test(input);
}

/**
 * Card and header of a model: of a repository both from there; of a GGUF the card that its metadata
 * names, most special first.
 *
 * @throws SummarizerError `no-card` where the metadata names none
 */
export async function readModelInput(
  input: string,
  places: ModelPlaces,
): Promise<{ card: Document; header: ModelDescription | undefined }> {
  const header = await places.header(input);
  const repository = HUB.exec(input)?.[0] ?? (header && repositoryOf(header.gguf));
  if (repository === undefined) {
    const message = `${input}: expected its metadata to name its repository on the Hub (general.source.repo_url, general.repo_url), found none: give its card, and the file by --gguf`;
    throw new SummarizerError("no-card", message);
  }
  const { text, url } = await places.card(repository);
  const card = parseDocument(text, { name: `${repository} README.md`, role: "card", url });
  return { card, header: header?.description };
}

/**
 * What a model's header tells.
 *
 * @throws SummarizerError `header` there is no GGUF
 */
export async function readHeader(source: string, places: ModelPlaces): Promise<ModelDescription> {
  const header = await places.header(source);
  if (header !== undefined) return header.description;
  throw new SummarizerError("header", `${source}: expected a GGUF, found none`);
}

/** Keys of GGUF that name where a model is published, or what it was made from. */
const KEYS = [
  "general.repo_url",
  "general.source.repo_url",
  "general.url",
  "general.source.url",
  "general.source.huggingface.repository",
  "general.base_model.0.repo_url",
] as const;

/** The repository on the Hub that a file's metadata names, as a reference. */
function repositoryOf(gguf: Gguf): string | undefined {
  for (const key of KEYS) {
    const named = kvString(gguf, key)?.trim() ?? "";
    const [, owner, name] =
      /^(?:https?:\/\/(?:huggingface\.co|hf\.co)\/)?([\w.-]{1,96})\/([\w.-]{1,96})\/?$/.exec(
        named,
      ) ?? [];
    if (owner !== undefined && name !== undefined) return `hf:${owner}/${name}`;
  }
  return undefined;
}
