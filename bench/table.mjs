/**
 * What a scenario found.
 * @typedef {object} Scenario
 * @property {string} title
 * @property {string[]} columns the first one names the contestants
 * @property {string[][]} rows
 * @property {Goal[]} goals
 *
 * What was to be reached, and whether it was this time.
 * @typedef {object} Goal
 * @property {string} text
 * @property {boolean} met
 */

/**
 * A scenario as Markdown: heading, table, goals.
 * @param {Scenario} scenario
 */
export function renderScenario({ title, columns, rows, goals }) {
  const widths = columns.map((column, index) =>
    Math.max(...[column, ...rows.map((row) => row[index] ?? "")].map((cell) => cell.length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, index) => pad(cell, widths[index] ?? 0, index)).join(" | ")} |`;
  const rule = widths.map((width, index) =>
    index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const notes = goals.map(({ text, met }) => `Goal ${met ? "met" : "MISSED"}: ${text}.`);
  return [`\n### ${title}\n`, line(columns), line(rule), ...rows.map(line), "", ...notes].join(
    "\n",
  );
}

/** Names stand to the left, numbers to the right. */
function pad(/** @type {string} */ cell, /** @type {number} */ width, /** @type {number} */ index) {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** Milliseconds with the digits that mean something. */
export function inMilliseconds(/** @type {number} */ time) {
  return `${time < 100 ? time.toFixed(1) : time.toFixed(0)} ms`;
}

/** How many times `base` a value is. */
export function times(/** @type {number} */ value, /** @type {number} */ base) {
  const ratio = value / base;
  return `${ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)}×`;
}
