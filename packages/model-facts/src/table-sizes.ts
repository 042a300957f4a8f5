import { parseParameterCount } from "./quantity.ts";
import { sizeOf, type Subject } from "./subject.ts";
import type { Row, Table } from "./table.ts";

const SIZE_COLUMN = /^#?\s?(?:total )?(?:params?|parameters?|(?:model )?size)$/i;

/** Rows of a series' table that a size tells apart, the subject's and those of its siblings. */
export interface SizedRows {
  readonly own: Row;
  /** With the size of each, as the table writes it. */
  readonly others: readonly { readonly row: Row; readonly size: string }[];
}

/**
 * The rows of a table that has a column of sizes, each once, one of which is in the subject's name.
 * Undefined for tables of other kinds.
 */
export function sizedRows({ head, rows }: Table, subject: Subject): SizedRows | undefined {
  const own = countOf(sizeOf(subject));
  const column = head.findIndex((cell) => SIZE_COLUMN.test(cell.trim()));
  if (own === undefined || column === -1) return undefined;
  const sized = rows.flatMap((row) => {
    const size = row.cells[column] ?? "";
    const count = countOf(size);
    return count === undefined ? [] : [{ row, size, count }];
  });
  const isClear = new Set(sized.map(({ count }) => count)).size === sized.length;
  const found = sized.find(({ count }) => count === own);
  if (found === undefined || !isClear) return undefined;
  return { own: found.row, others: sized.filter((other) => other !== found) };
}

function countOf(size: string | undefined): number | undefined {
  return /^~?\d[\d.]{0,5} ?[BM]$/i.test(size ?? "") ? parseParameterCount(size ?? "") : undefined;
}
