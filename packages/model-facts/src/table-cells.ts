import type { Nodes } from "mdast";
import { plainText } from "./plain-text.ts";

/** A cell's text with its breaks. */
export function cellText(cell: Nodes): string {
  if (!("children" in cell)) return plainText(cell);
  const parts: Nodes[][] = [[]];
  for (const child of cell.children) {
    if (child.type === "html" && /^<br\b/i.test(child.value)) parts.push([]);
    else parts.at(-1)?.push(child);
  }
  return parts
    .map((children) => children.map(plainText).join(" ").replace(/\s+/g, " ").trim())
    .join("\n");
}

/** `MMLU<br>MATH` beside `70.1<br>51.3` is two rows; a cell with one value is that of all. */
export function partedCells(cells: readonly string[]): string[][] {
  const parts = cells.map((cell) => cell.split("\n"));
  const counts = new Set(parts.map(({ length }) => length).filter((length) => length > 1));
  const [count = 1] = counts;
  const isParted = counts.size === 1 && parts.filter(({ length }) => length === count).length > 1;
  if (!isParted) return [cells.map((cell) => cell.replaceAll("\n", " "))];
  return Array.from({ length: count }, (_, at) =>
    parts.map((part) => part[part.length === 1 ? 0 : at] ?? ""),
  );
}
