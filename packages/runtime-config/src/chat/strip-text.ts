import { codeEnds } from "./code-end.ts";
import { type Mark, textMarks } from "./text-marks.ts";
import { endOfBegunThoughts, thoughtEnds } from "./thought-ends.ts";
import type { ThoughtTags } from "./thought-tags.ts";

type Cut = { readonly start: number; readonly end: number };

/**
 * Cuts thoughts out of an answer, by the rules of `stripThinking`. `beginsInThoughts` says that the
 * opening tag stood in the prompt. Takes linear time, whatever the text is.
 */
export function stripThoughts(
  text: string,
  tags: readonly ThoughtTags[],
  beginsInThoughts = false,
): string {
  const marks = textMarks(text, tags);
  if (!beginsInThoughts) return without(text, cutsOf(text, marks, tags, 0));
  const close = endOfBegunThoughts(marks);
  const mark = close === undefined ? undefined : marks[close];
  if (close === undefined || mark === undefined) return ""; // cut off before the answer
  const head = { start: 0, end: mark.end };
  return without(text, [head, ...cutsOf(text, marks, tags, close + 1)]);
}

/** The cuts from a mark on, in order. */
function cutsOf(
  text: string,
  marks: readonly Mark[],
  tags: readonly ThoughtTags[],
  first: number,
): Cut[] {
  const ends = thoughtEnds(marks);
  const codeEnd = codeEnds(text, marks);
  let cuts: Cut[] = [];
  // A closing tag alone ends thoughts that stand at the head of the text, so there is one at most.
  let hasHead = first > 0 || beginsWithThoughts(text, marks);
  let index = first;
  while (index < marks.length) {
    const mark = marks[index];
    if (mark === undefined) break;
    const codeTo = codeEnd(index);
    const alone = hasHead ? undefined : closingAlone(marks, tags, index, codeTo);
    const end = mark.kind === "open" ? ends.get(index) : undefined;
    if (alone !== undefined) {
      cuts = [{ start: 0, end: marks[alone]?.end ?? 0 }];
      hasHead = true;
      index = alone + 1;
    } else if (end !== undefined) {
      cuts.push({ start: mark.start, end: marks[end]?.end ?? text.length });
      index = end + 1;
    } else if (mark.kind === "open" && (mark.startsLine || mark.start === cuts.at(-1)?.end)) {
      return [...cuts, { start: mark.start, end: text.length }];
    } else index = codeTo + 1;
  }
  return cuts;
}

function beginsWithThoughts(text: string, marks: readonly Mark[]): boolean {
  return marks[0]?.kind === "open" && text.slice(0, marks[0].start).trim() === "";
}

/**
 * The closing tag at `index`, or one in the code from there to `codeTo`: thoughts may leave code
 * open, so one that begins a line and has no opening before it there is not taken for code.
 */
function closingAlone(
  marks: readonly Mark[],
  tags: readonly ThoughtTags[],
  index: number,
  codeTo: number,
): number | undefined {
  for (let at = index; at <= codeTo && at < marks.length; at += 1) {
    const mark = marks[at];
    if (mark?.kind === "open") return undefined;
    if (mark?.kind !== "close" || tags[mark.pair]?.opensInPrompt !== true) continue;
    if (at === index || mark.startsLine) return at;
  }
  return undefined;
}

/** With thoughts at the head goes what stands around them: blanks before, line ends behind. */
function without(text: string, cuts: readonly Cut[]): string {
  let kept = "";
  let from = 0;
  for (const { start, end } of cuts) {
    const piece = text.slice(from, start);
    if (kept !== "" || piece.trim() !== "") kept += behindHead(piece, kept === "" && from > 0);
    from = end;
  }
  return kept + behindHead(text.slice(from), kept === "" && from > 0);
}

function behindHead(piece: string, isBehindHead: boolean): string {
  return isBehindHead ? piece.replace(/^[\r\n]+/, "") : piece;
}
