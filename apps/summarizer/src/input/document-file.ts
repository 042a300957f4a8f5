import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { type Document, MAX_DOCUMENT_CHARACTERS, parseDocument } from "@ggufkit/model-facts";
import { SummarizerError } from "../errors.ts";

/** A file with a document in it, and where it was published if that is not in the file. */
export interface DocumentFile {
  readonly path: string;
  readonly role: "card" | "research";
  readonly url?: string | undefined;
}

/** A PDF has pictures and fonts beside its text. */
const MAX_PDF_BYTES = 64 << 20;
/** A web page has scripts and styles beside its text. */
const MAX_HTML_BYTES = 16 << 20;
const MAX_TEXT_BYTES = MAX_DOCUMENT_CHARACTERS * 4;

type Kind = "pdf" | "html" | "text";

const LIMITS: Readonly<Record<Kind, number>> = {
  pdf: MAX_PDF_BYTES,
  html: MAX_HTML_BYTES,
  text: MAX_TEXT_BYTES,
};

/**
 * Reads a document: Markdown or plain text, HTML, PDF, told by their first bytes.
 *
 * @throws SummarizerError `unreadable`
 * @throws DocumentError the text is none, or names no source
 */
export async function readDocumentFile({ path, role, url }: DocumentFile): Promise<Document> {
  const stats = await statOf(path);
  if (!stats.isFile()) throw new SummarizerError("unreadable", `${path}: is no regular file`);
  checkSize(path, stats.size, MAX_PDF_BYTES);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const kind = kindOf(bytes);
  checkSize(path, bytes.length, LIMITS[kind]);
  if (kind === "pdf") {
    const { pdfToMarkdown } = await import("./pdf-markdown.ts");
    const text = await pdfToMarkdown(new Uint8Array(bytes), path);
    return parseDocument(text, { name: path, role, url });
  }
  const text = bytes.toString("utf8");
  // A GGUF or another binary is told by its NUL bytes: `parseDocument` names it.
  if (kind === "text") return parseDocument(text, { name: path, role, url });
  const { htmlToMarkdown } = await import("./html-markdown.ts");
  const page = htmlToMarkdown(text, path);
  return parseDocument(page.markdown, { name: path, role, url: url ?? page.url });
}

/** Markdown may begin with an element, a web page begins with what says that it is one. */
function kindOf(bytes: Buffer): Kind {
  const head = bytes.subarray(0, 1_024).toString("latin1");
  if (head.includes("%PDF-")) return "pdf";
  return /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*<(?:!doctype html|html)\b/i.test(
    head,
  )
    ? "html"
    : "text";
}

function checkSize(path: string, size: number, limit: number): void {
  if (size <= limit) return;
  const message = `${path}: ${size.toLocaleString("en")} bytes are too many for a document`;
  throw new SummarizerError("unreadable", message);
}

/** @throws SummarizerError `unreadable` */
export async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: unknown): SummarizerError {
  return new SummarizerError("unreadable", `${path}: ${reasonOf(cause)}`, { cause });
}

function reasonOf(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file or directory";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "is a directory";
  return code ?? String(cause);
}
