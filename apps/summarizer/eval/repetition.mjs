import { numbersIn } from "./numbers.mjs";
import { withoutLinks } from "./page-lines.mjs";
import { stemsOf } from "./source-units.mjs";

const SAME = 0.8;
const LEAST_TO_COMPARE = 8;

/** Bullets that say what another one says; those with labels of their own say it of another thing. */
export function duplicatesOf(/** @type {import("./measures.mjs").PageLine[]} */ lines) {
  const bullets = lines
    .filter(({ isOpening }) => !isOpening)
    .map(({ text }) => ({
      text,
      label: /^\*\*[^*]+\*\*/.exec(text)?.[0],
      parts: new Set([...stemsOf(text), ...numbersIn(text).map((number) => number.text)]),
    }));
  return bullets.flatMap((a, at) =>
    bullets.slice(at + 1).flatMap((b) => {
      const [small, large] = a.parts.size < b.parts.size ? [a, b] : [b, a];
      const isOfOther = a.label !== undefined && b.label !== undefined && a.label !== b.label;
      const shared = [...small.parts].filter((part) => large.parts.has(part)).length;
      const isRepeated = small.parts.size >= LEAST_TO_COMPARE && shared / small.parts.size > SAME;
      return isRepeated && !isOfOther ? [small.text.slice(0, 90)] : [];
    }),
  );
}

const RUN = 5;

export function copyRateOf(
  /** @type {string} */ page,
  /** @type {import("./cases.mjs").SourceText[]} */ sources,
) {
  const wordsOf = (/** @type {string} */ text) =>
    withoutLinks(text)
      .toLowerCase()
      .match(/[\p{L}\d.,%-]*[\p{L}\d%]/gu) ?? [];
  const runsOf = (/** @type {string[]} */ words) =>
    words.slice(RUN - 1).map((_, at) => words.slice(at, at + RUN).join(" "));
  const known = new Set(
    sources.flatMap(({ text }) => runsOf(wordsOf(text.replaceAll(/[*`]/g, "")))),
  );
  const runs = runsOf(wordsOf(page));
  return runs.filter((run) => known.has(run)).length / Math.max(1, runs.length);
}
