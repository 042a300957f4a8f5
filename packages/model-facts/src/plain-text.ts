import type { Nodes, Paragraph } from "mdast";

/** Pictures among letters, which say nothing. */
const PICTURE =
  /(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)(?:\u200D\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier})*/gu;
/** `[text][label]` whose label stands nowhere, or in another part of the text. */
const REFERENCE = /(?<!\[)\[([^[\]]{1,120})\]\[[^[\]]{0,60}\](?!\])/g;

/** The words of a node, without marks, HTML, pictures and images, white space folded. */
export function plainText(node: Nodes): string {
  return inlineText(node)
    .replace(REFERENCE, "$1")
    .replace(PICTURE, "")
    .replace(/^\s*•/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function inlineText(node: Nodes): string {
  if (node.type === "text" || node.type === "inlineCode") return node.value;
  if (node.type === "break") return " ";
  if (node.type === "html") return /^<(?:br|sub|sup)\b/i.test(node.value) ? " " : "";
  if (node.type === "delete") return "";
  if (node.type === "image") return "";
  return "children" in node ? node.children.map(inlineText).join("") : "";
}

/** A label is no sentence. */
export const MOST_LABEL_WORDS: number = 5;

/** The text of a paragraph; a bold label that runs into it, `**Intended use** The model …`, gets its colon. */
export function labelledText(paragraph: Paragraph): string {
  const text = plainText(paragraph);
  const [first, second] = paragraph.children;
  if (first?.type !== "strong" || second?.type !== "text") return text;
  const label = plainText(first);
  const isLabel =
    /^\p{Lu}[\p{L} ,/&()-]*[\p{L})][.]?$/u.test(label) &&
    label.split(" ", MOST_LABEL_WORDS + 1).length <= MOST_LABEL_WORDS;
  return isLabel && /^\s+\p{Lu}\p{L}*\s/u.test(second.value) && text.startsWith(`${label} `)
    ? `${label.replace(/\.$/, "")}: ${text.slice(label.length + 1)}`
    : text;
}
