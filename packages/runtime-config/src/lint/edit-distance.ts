/** The most edits that a slip takes; more, and another word was meant. */
const MAX_EDITS = 2;

/** The known word that a mistyped one is nearest to; undefined where none is near, or two are. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .filter((other) => Math.abs(other.length - word.length) <= MAX_EDITS)
    .map((other) => ({ other, edits: editDistance(word, other) }))
    // Of short words any two are near.
    .filter(({ edits }) => edits <= Math.min(MAX_EDITS, Math.floor(word.length / 4)))
    .toSorted((a, b) => a.edits - b.edits);
  const [best, second] = near;
  return best !== undefined && best.edits !== second?.edits ? best.other : undefined;
}

/** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let [before, previous]: [number[], number[]] = [
    [],
    Array.from({ length: b.length + 1 }, (_, i) => i),
  ];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (cells: readonly number[], index: number): number => cells[index] ?? Infinity;
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? at(before, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, at(previous, j) + 1, at(row, j - 1) + 1, swapped));
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
