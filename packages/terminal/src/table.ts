import { singleLine } from "./control.ts";
import { displayWidth } from "./width.ts";

/** How a column's cells stand in it. */
export type Align = "left" | "right";

export type TableOptions = {
  /** One for each column; a column without an entry is aligned left. */
  align?: readonly Align[];
  /** Colours a finished cell; it is called after the widths are known. */
  style?: (cell: string, row: number, column: number) => string;
};

const GAP = "  ";

/**
 * Sets rows in columns by display width, two spaces apart, without trailing spaces; lines are
 * joined by newlines and none follows the last. Cells are made safe with {@link singleLine}, so
 * colour them with `style`. Rows may differ in length.
 */
export function renderTable(
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const { align = [], style = (cell: string) => cell } = options;
  const cells = rows.map((row) => row.map(singleLine));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  const lines = cells.map((row, rowNo) => {
    const set = row.map((cell, column) => {
      const padding = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
      const text = cell === "" ? "" : style(cell, rowNo, column);
      if (align[column] === "right") return padding + text;
      return column === row.length - 1 ? text : text + padding;
    });
    return set.join(GAP).trimEnd();
  });
  return lines.join("\n");
}
