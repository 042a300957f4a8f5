import type { Mark } from "./text-marks.ts";

/**
 * For each opening tag the index of the closing one that ends its thoughts: its partner where tags
 * are nested, else the next of its pair; none where it is never closed. Takes linear time.
 */
export function thoughtEnds(marks: readonly Mark[]): ReadonlyMap<number, number> {
  const partners = partnersOf(marks);
  const ends = new Map<number, number>();
  const nextClose = new Map<number, number>();
  for (let index = marks.length - 1; index >= 0; index -= 1) {
    const mark = marks[index];
    if (mark?.kind === "close") nextClose.set(mark.pair, index);
    if (mark?.kind !== "open") continue;
    const end = partners.get(index) ?? nextClose.get(mark.pair);
    if (end !== undefined) ends.set(index, end);
  }
  return ends;
}

/** Where thoughts end that have begun before the text: at the first closing without a partner, else the first. */
export function endOfBegunThoughts(marks: readonly Mark[]): number | undefined {
  const partnered = new Set(partnersOf(marks).values());
  const closings = [...marks.keys()].filter((index) => marks[index]?.kind === "close");
  return closings.find((index) => !partnered.has(index)) ?? closings[0];
}

function partnersOf(marks: readonly Mark[]): Map<number, number> {
  const partners = new Map<number, number>();
  const open = new Map<number, number[]>();
  for (const [index, { kind, pair }] of marks.entries()) {
    const stack = open.get(pair) ?? [];
    open.set(pair, stack);
    if (kind === "open") stack.push(index);
    if (kind !== "close") continue;
    const opening = stack.pop();
    if (opening !== undefined) partners.set(opening, index);
  }
  return partners;
}
