import type { Mark } from "./text-marks.ts";

/** A fence has at least so many backticks or tildes. */
const LEAST_FENCE = 3;

/**
 * Where the code ends that begins at a mark: the index of the mark that closes it, the number of
 * marks where it is never closed, and the mark itself where no code begins there.
 */
export type CodeEnd = (index: number) => number;

/** Prepares the search for code in Markdown, once for a text. */
export function codeEnds(text: string, marks: readonly Mark[]): CodeEnd {
  const sameRuns = nextSameRuns(text, marks);
  return (index) => {
    const mark = marks[index];
    if (mark === undefined || mark.kind !== "code") return index;
    if (mark.startsLine && lengthOf(mark) >= LEAST_FENCE) return fenceEnd(text, marks, index, mark);
    return sameRuns[index] ?? index;
  };
}

/** A fence ends with one of the same character, as long or longer, alone on its line. */
function fenceEnd(text: string, marks: readonly Mark[], index: number, fence: Mark): number {
  for (let at = index + 1; at < marks.length; at += 1) {
    const mark = marks[at];
    if (mark?.kind !== "code" || !mark.startsLine || !mark.endsLine) continue;
    if (lengthOf(mark) >= lengthOf(fence) && text[mark.start] === text[fence.start]) return at;
  }
  return marks.length;
}

/** For each run of backticks the next one of its length in its paragraph, which ends inline code. */
function nextSameRuns(text: string, marks: readonly Mark[]): (number | undefined)[] {
  const latest = new Map<number, number>();
  const next: (number | undefined)[] = [];
  for (let index = marks.length - 1; index >= 0; index -= 1) {
    const mark = marks[index];
    if (mark === undefined || mark.kind !== "code" || text[mark.start] !== "`") continue;
    const candidate = latest.get(lengthOf(mark));
    const isNear = candidate !== undefined && marks[candidate]?.paragraph === mark.paragraph;
    if (isNear) next[index] = candidate;
    latest.set(lengthOf(mark), index);
  }
  return next;
}

function lengthOf({ start, end }: Mark): number {
  return end - start;
}
