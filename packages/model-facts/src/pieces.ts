/** A stretch of Markdown that can be parsed by itself. */
export interface Piece {
  /** `code` and `html` are surely nothing else: they begin with their mark. */
  readonly kind: "markdown" | "code" | "html";
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/**
 * The parser's time grows with the square of the blocks that it is given, so it is given a page of
 * them: cut where a block at the margin follows a blank line, later where any block begins or a
 * heading ends, at last anywhere. Real lists and tables are shorter than that.
 */
const PAGE_LINES = 50;
const MAX_LINES_OF_BLOCKS = 200;
const MAX_LINES = 2_000;

const FENCE = /^(`{3,100}(?=[^`]*$)|~{3,100}(?!~))/;
const COMMENT = /^<!--/;
/** Tags that at the margin begin a block of HTML, up to a blank line, whatever is before them. */
const TAG =
  /^<\/?(?:center|details|div|dl|figure|h[1-6]|hr|li|ol|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?:[\s>]|\/>|$)/i;
const BLOCK_START = /^(?:[-+*] |\d{1,9}[.)] |#|>)/;
const UNDERLINE = /^(?:=+|-+)\s*$/;

/** Parts Markdown into pieces, in order, with nothing left out. */
export function piecesOf(markdown: string): Piece[] {
  const pieces: Piece[] = [];
  let open: OpenPiece = newPiece("markdown", 1);
  const close = (next: OpenPiece): void => {
    if (open.lines.length > 0)
      pieces.push({ kind: open.kind, text: open.lines.join("\n"), line: open.line });
    open = next;
  };
  for (const [at, text] of markdown.split("\n").entries()) {
    if (open.isEnd === undefined) {
      const special = specialPiece(text, at + 1);
      if (special !== undefined) close(special);
      else if (endsBefore(open, text)) close(newPiece("markdown", at + 1));
    }
    open.lines.push(text);
    if (open.isEnd?.(text, open.lines.length)) close(newPiece("markdown", at + 2));
  }
  close(open);
  return pieces;
}

interface OpenPiece {
  readonly kind: Piece["kind"];
  readonly line: number;
  readonly lines: string[];
  /** Whether a line, the `count`th, is the last of code or HTML. */
  readonly isEnd?: (line: string, count: number) => boolean;
}

function newPiece(kind: Piece["kind"], line: number): OpenPiece {
  return { kind, line, lines: [] };
}

/** The code or HTML that a line begins. */
function specialPiece(text: string, line: number): OpenPiece | undefined {
  const fence = FENCE.exec(text)?.[0];
  if (fence !== undefined) {
    const isEnd = (end: string, count: number): boolean => count > 1 && closesFence(end, fence);
    return { ...newPiece("code", line), isEnd };
  }
  if (COMMENT.test(text)) return { ...newPiece("html", line), isEnd: (end) => end.includes("-->") };
  if (TAG.test(text)) return { ...newPiece("html", line), isEnd: (end) => end.trim() === "" };
  return undefined;
}

/** The fence's own mark, as often or more, and nothing else. */
function closesFence(line: string, fence: string): boolean {
  return /^ {0,3}(`+|~+)\s*$/.exec(line)?.[1]?.startsWith(fence) ?? false;
}

function endsBefore({ lines }: OpenPiece, line: string): boolean {
  const before = lines.at(-1) ?? "";
  if (lines.length < PAGE_LINES) return false;
  if (before.trim() === "" && /^\S/.test(line)) return true;
  if (lines.length < MAX_LINES_OF_BLOCKS) return false;
  return BLOCK_START.test(line) || UNDERLINE.test(before) || lines.length >= MAX_LINES;
}
