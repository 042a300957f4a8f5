import { upperFirst, WORD } from "../words.ts";

/** Where a sentence leaves its parts. */
export interface Stumble {
  readonly detail: string;
  /** The sentence up to there, and the word that should have followed; undefined where none should. */
  readonly mended: string | undefined;
}

interface Expected {
  readonly word: string;
  /** What stands before the word. */
  readonly gap: string;
}

/**
 * Whether a sentence consists of these parts, word by word, in their order. Only the first word of
 * the sentence may have another capital than its part.
 */
export function checkParts(parts: readonly string[], sentence: string): string | undefined {
  return stumbleOf(parts, sentence)?.detail;
}

/** The first place where a sentence does not go on as its parts do. */
export function stumbleOf(parts: readonly string[], sentence: string): Stumble | undefined {
  const said = [...sentence.matchAll(WORD)];
  const expected = parts.flatMap((part, at) => wordsOf(part, parts[at - 1]));
  for (const [at, { word, gap }] of expected.entries()) {
    const [got, before] = [said[at], said[at - 1]];
    const end = before === undefined ? 0 : before.index + before[0].length;
    const own = at === 0 ? upperFirst(word) : word;
    const isMarked = got !== undefined && hasMarks(gap, sentence.slice(end, got.index));
    if (got?.[0] === own && isMarked) continue;
    const detail = `expected “${gap}${own}”, got “${got?.[0] ?? ""}”`;
    return { detail, mended: `${sentence.slice(0, end)}${gap}${own}` };
  }
  const more = said[expected.length];
  if (more === undefined) return undefined;
  const whole = sentence.slice(0, more.index).replace(/[^\p{L}\p{N}%+)”"`]+$/u, "");
  return { detail: `“${more[0]}” is too much`, mended: `${whole}.` };
}

/** A comma between clauses, and what stands before a number, claim something. */
function hasMarks(expected: string, got: string): boolean {
  return ["~", ">", "<", "≥", "≤", "±", "$", "--", ", "].every(
    (mark) => expected.includes(mark) === got.includes(mark),
  );
}

function wordsOf(part: string, before: string | undefined): Expected[] {
  let end = 0;
  return [...part.matchAll(WORD)].map(({ 0: word, index }, at) => {
    const gap = (at === 0 ? joint(before) : "") + part.slice(end, index);
    end = index + word.length;
    return { word, gap };
  });
}

/** What stands between two parts: the first one's full stop goes. */
function joint(before: string | undefined): string {
  if (before === undefined) return "";
  const [marks = ""] = /[^\p{L}\p{N}%+]*$/u.exec(before) ?? [];
  return `${marks.replace(/[.!](?=,?$)/, "")} `;
}
