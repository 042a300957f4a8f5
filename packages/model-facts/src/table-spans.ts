import { MAX_CELLS, MAX_ROWS, type Row } from "./table.ts";

/** A cell of HTML's, and over how many rows and columns it reaches. */
export interface Cell {
  text: string;
  readonly rows: number;
  readonly columns: number;
}

export interface SpannedRow {
  readonly cells: Cell[];
  readonly line: number;
}

/** The rows with each cell in all places that it reaches over, as far as tables are read. */
export function spread(rows: readonly SpannedRow[]): Row[] {
  // By column: what reaches down from a row above, and over how many rows more.
  const above = new Map<number, Cell>();
  return rows.slice(0, MAX_ROWS).map(({ cells, line }) => {
    const texts: string[] = [];
    const takeAbove = (): void => {
      for (let cell = above.get(texts.length); cell !== undefined; cell = above.get(texts.length)) {
        if (cell.rows > 1) above.set(texts.length, { ...cell, rows: cell.rows - 1 });
        else above.delete(texts.length);
        texts.push(cell.text);
      }
    };
    for (const cell of cells) {
      takeAbove();
      // What fills a row alone is its heading.
      const columns = cells.length === 1 ? 1 : cell.columns;
      for (let column = 0; column < columns && texts.length < MAX_CELLS; column++) {
        if (cell.rows > 1) above.set(texts.length, { ...cell, rows: cell.rows - 1 });
        texts.push(cell.text);
      }
    }
    takeAbove();
    return { cells: texts, line };
  });
}
