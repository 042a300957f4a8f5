import { getDocumentProxy } from "unpdf";
import { SummarizerError } from "../errors.ts";

/** Longer ones are books. */
const MAX_PAGES = 300;
/** A document's own limit: what is beyond it would be refused later. */
const MAX_CHARACTERS = 1_000_000;
/** Headings are set larger than the text by at least this much. */
const HEADING_SCALE = 1.15;
/** Longer lines of large type are no headings. */
const MAX_HEADING = 120;
/** Lines further apart than this, in heights of the text, begin a paragraph. */
const PARAGRAPH_GAP = 1.7;

/** A line as it stands on a page; sizes in points, `y` from the lower end. */
interface PdfLine {
  text: string;
  readonly height: number;
  readonly y: number;
  readonly page: number;
}

/**
 * The text of a PDF as Markdown: lines joined to paragraphs, larger ones as headings.
 *
 * @throws SummarizerError `unreadable` for what is no PDF, is encrypted, has too many pages, or has
 * no text (a scan)
 */
export async function pdfToMarkdown(bytes: Uint8Array, name: string): Promise<string> {
  const lines = await readLines(bytes, name);
  const text = paragraphsOf(lines).join("\n\n");
  if (text.trim() !== "") return `${text}\n`;
  const message = `${name}: expected a PDF with text, found none: a scan has to be recognised first`;
  throw new SummarizerError("unreadable", message);
}

async function readLines(bytes: Uint8Array, name: string): Promise<PdfLine[]> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SummarizerError("unreadable", `${name}: cannot be read as PDF: ${reason}`, { cause });
  });
  try {
    if (pdf.numPages > MAX_PAGES) {
      const message = `${name}: expected at most ${MAX_PAGES} pages, got ${pdf.numPages}`;
      throw new SummarizerError("unreadable", message);
    }
    const lines: PdfLine[] = [];
    let characters = 0;
    for (let page = 1; page <= pdf.numPages && characters < MAX_CHARACTERS; page++) {
      const { items } = await (await pdf.getPage(page)).getTextContent();
      for (const line of linesOf(items, page)) {
        lines.push(line);
        characters += line.text.length + 1;
      }
    }
    return lines;
  } finally {
    await pdf.destroy();
  }
}

/** Pieces of text on one height are a line. */
function linesOf(items: readonly object[], page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  for (const item of items) {
    if (!isText(item) || item.str.trim() === "") continue;
    const y = item.transform[5] ?? 0;
    const last = lines.at(-1);
    const isSame = last !== undefined && Math.abs(last.y - y) < item.height / 2;
    if (isSame)
      last.text += /\s$|^\s/.test(last.text.slice(-1) + item.str[0]) ? item.str : ` ${item.str}`;
    else lines.push({ text: item.str, height: item.height, y, page });
  }
  return lines.map((line) => ({ ...line, text: line.text.replaceAll(/\s+/g, " ").trim() }));
}

interface TextItem {
  readonly str: string;
  readonly height: number;
  readonly transform: readonly number[];
}

function isText(item: object): item is TextItem {
  return "str" in item && typeof item.str === "string" && "height" in item && "transform" in item;
}

function paragraphsOf(lines: readonly PdfLine[]): string[] {
  const body = medianHeight(lines);
  const paragraphs: string[] = [];
  let previous: PdfLine | undefined;
  let open = false;
  for (const line of lines) {
    const isHeading = line.height > body * HEADING_SCALE && line.text.length <= MAX_HEADING;
    if (isHeading) paragraphs.push(`${paragraphs.length === 0 ? "#" : "##"} ${plain(line.text)}`);
    else if (open && previous !== undefined && !isNewParagraph(previous, line))
      paragraphs.push(joined(paragraphs.pop() ?? "", plain(line.text)));
    else paragraphs.push(plain(line.text));
    open = !isHeading;
    previous = line;
  }
  return paragraphs;
}

/** Most of a text is set in one size. */
function medianHeight(lines: readonly PdfLine[]): number {
  const heights = lines.flatMap(({ text, height }) =>
    Array<number>(Math.ceil(text.length / 20)).fill(height),
  );
  return heights.toSorted((a, b) => a - b)[Math.floor(heights.length / 2)] ?? 0;
}

function isNewParagraph(previous: PdfLine, line: PdfLine): boolean {
  if (/^(?:[•·▪–-]|\(?\d{1,2}[.)])\s/.test(line.text)) return true;
  if (previous.page !== line.page) return /[.!?:]$/.test(previous.text);
  const gap = previous.y - line.y;
  // A column begins above the end of the one before it.
  return gap < 0 ? /[.!?:]$/.test(previous.text) : gap > line.height * PARAGRAPH_GAP;
}

/** Words that were parted at a line's end are put together. */
function joined(text: string, line: string): string {
  return /[a-z]-$/.test(text) && /^[a-z]/.test(line) ? text.slice(0, -1) + line : `${text} ${line}`;
}

/** A bullet as Markdown has it; all else as plain text, whatever it looks like. */
function plain(text: string): string {
  const bullet = /^[•·▪]\s*(.*)$/.exec(text)?.[1];
  if (bullet !== undefined) return `- ${escaped(bullet)}`;
  return escaped(text);
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\\`*_<[\]|]/g, String.raw`\$&`)
    .replace(/^(#{1,6}|[-+>]|~~~)(?=\s|$)/, String.raw`\$1`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, String.raw`$1\$2`);
}
