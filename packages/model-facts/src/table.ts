/** A table of a document, as plain text. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
}

export interface Row {
  readonly cells: readonly string[];
  /** Line in the document, from 1. */
  readonly line: number;
}

/** A page takes a few rows of a table; real ones have at most some hundred. */
export const MAX_ROWS: number = 300;
export const MAX_CELLS: number = 30;
const MAX_CELL_CHARACTERS = 300;

/** The table of all its rows, the first of which is its head; undefined if it holds nothing. */
export function tableOf(rows: readonly Row[], headings: readonly string[]): Table | undefined {
  const [head, ...rest] = rows
    .slice(0, MAX_ROWS)
    .map(({ cells, line }) => ({ cells: cells.slice(0, MAX_CELLS).map(cut), line }));
  return head === undefined || rest.length === 0
    ? undefined
    : { head: head.cells, rows: rest, headings };
}

function cut(cell: string): string {
  return cell.slice(0, MAX_CELL_CHARACTERS);
}

const PROPERTY = /^(?:hyper-?)?(?:parameter|property|attribute|feature|specification|item|key)s?$/i;
const VALUE = /^values?$/i;

/** Whether a table's head says that its rows are properties and their values. */
export function isPropertyTable({ head }: Table): boolean {
  return PROPERTY.test(head[0] ?? "") && VALUE.test(head[1] ?? "");
}
