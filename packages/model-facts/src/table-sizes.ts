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

/** A head that is a size, perhaps with the kind of model: `8B`, `8B Dense`. */
const SIZE_HEAD = /^(\d{1,4}(?:\.\d{1,3})?[BM])(?: [A-Za-z]{2,12})?$/;

/**
 * The columns of a table whose heads are sizes of a series, by their place; the subject's is `own`.
 * Undefined where there are none, or not one of the subject's.
 */
export function sizedColumns(
  head: readonly string[],
  subject: Subject,
): { readonly own: number; readonly others: ReadonlyMap<number, string> } | undefined {
  const wanted = countOf(sizeOf(subject));
  const sizes = head.flatMap((cell, at) => {
    const size = SIZE_HEAD.exec(cell.trim())?.[1];
    return size === undefined ? [] : [{ at, size, isOwn: countOf(size) === wanted }];
  });
  const own = sizes.filter(({ isOwn }) => isOwn);
  const [first] = own;
  if (wanted === undefined || sizes.length < 2 || own.length !== 1 || first === undefined)
    return undefined;
  return {
    own: first.at,
    others: new Map(sizes.filter(({ isOwn }) => !isOwn).map(({ at, size }) => [at, size])),
  };
}

function countOf(size: string | undefined): number | undefined {
  return /^~?\d[\d.]{0,5} ?[BM]$/i.test(size ?? "") ? parseParameterCount(size ?? "") : undefined;
}
