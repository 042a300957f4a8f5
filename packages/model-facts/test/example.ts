import { readFile } from "node:fs/promises";
import { type Document, parseDocument, type Source } from "../src/index.ts";

const EXAMPLE = new URL("../../../examples/qwen3-235b-a22b/", import.meta.url);

/** A document of the example: the user's own card and research texts. */
export async function exampleDocument(path: string): Promise<Document> {
  const text = await readFile(new URL(path, EXAMPLE), "utf8");
  return parseDocument(text, { name: path, role: path === "card.md" ? "card" : "research" });
}

export const URL_OF_CARD = "https://huggingface.co/Aria/Aria2-7B-GGUF";

/** A card of an invented model. */
export function cardOf(markdown: string, url: string = URL_OF_CARD): Document {
  return parseDocument(markdown, { name: "card.md", role: "card", url });
}

export function sourceOf(role: Source["role"]): Source {
  return { role, title: role };
}
