import { measurePage, problemsOf } from "./measures.mjs";
import { mutationsOf } from "./mutations.mjs";
import { writePage } from "./run.mjs";

/**
 * What came of one case with one engine.
 * @typedef {object} Result
 * @property {import("./cases.mjs").Case} judged
 * @property {import("./run.mjs").Written} written
 * @property {import("./measures.mjs").Measures | undefined} measures
 * @property {string[]} overlooked contradictions that should have been reported
 * @property {Caught[]} caught
 * @property {string[] | undefined} findings of the tool's own `check` about the page as it was written
 *
 * Whether a mutation was found out.
 * @typedef {object} Caught
 * @property {string} kind
 * @property {string} what
 * @property {boolean} byMeasures
 * @property {boolean | undefined} byCheck whether `check` finds more than in the right page; undefined where it was not asked
 */

/**
 * Has a page written and judges it, and wrong versions of it.
 * @param {import("./cases.mjs").Case} judged
 * @param {string} engine
 * @param {((page: string, judged: import("./cases.mjs").Case) => Promise<string[]>) | undefined} check
 * what the tool's own audit finds wrong with a page
 * @returns {Promise<Result>}
 */
export async function evaluate(judged, engine, check) {
  const written = await writePage(judged.directory, engine);
  const { markdown } = written;
  const expected = judged.checklist.contradictions ?? [];
  const overlooked = expected.filter((attribute) => !written.contradictions.includes(attribute));
  if (markdown === undefined)
    return { judged, written, measures: undefined, overlooked, caught: [], findings: undefined };
  const measures = measurePage(markdown, judged);
  const known = problemsOf(measures).length;
  const findings = await check?.(markdown, judged);
  const caught = [];
  for (const { kind, what, page } of mutationsOf(markdown, judged)) {
    const byMeasures = problemsOf(measurePage(page, judged)).length > known;
    const found = await check?.(page, judged);
    const byCheck = found === undefined ? undefined : found.length > (findings?.length ?? 0);
    caught.push({ kind, what, byMeasures, byCheck });
  }
  return { judged, written, measures, overlooked, caught, findings };
}
