/** @typedef {import("./evaluate.mjs").Result} Result */

const COLUMNS =
  "Case,Words,Coverage,Unsupported numbers,Wrong links,Others' facts,Forbidden,Findings of `check`,Duplicates,Copied,Worded,Seconds".split(
    ",",
  );

/**
 * The results of an engine as Markdown: a table of the pages, one of the mutations, what was missed.
 * @param {string} engine
 * @param {Result[]} results
 */
export function renderResults(engine, results) {
  const rows = results.map(rowOf);
  return [
    `## ${engine}`,
    "",
    table(COLUMNS, [...rows, totalOf(results)]),
    "",
    ...mutationTable(results),
    ...missesOf(results),
  ].join("\n");
}

function rowOf(/** @type {Result} */ { judged, written, measures, overlooked, findings }) {
  const name = judged.checklist.kind;
  if (measures === undefined)
    return [
      name,
      judged.checklist.tooLittle ? "rightly none" : "no page",
      ...COLUMNS.slice(3).map(() => ""),
      written.seconds.toFixed(1),
    ];
  return [
    name,
    String(measures.words),
    percent(measures.coverage),
    String(measures.unsupported.length),
    String(measures.wrongLinks.length),
    String(measures.foreign.length),
    String(measures.forbidden.length + measures.strange.length + overlooked.length),
    findings === undefined ? "" : String(findings.length),
    String(measures.duplicates.length),
    percent(measures.copyRate),
    String(written.worded),
    written.seconds.toFixed(1),
  ];
}

function totalOf(/** @type {Result[]} */ all) {
  const results = all.filter(
    ({ judged, measures }) => measures !== undefined || judged.checklist.tooLittle !== true,
  );
  const pages = results.flatMap(({ measures }) => (measures === undefined ? [] : [measures]));
  const sum = (/** @type {(page: typeof pages[number]) => number} */ of) =>
    pages.reduce((total, page) => total + of(page), 0);
  const words = pages.map((page) => page.words);
  return [
    "**all**",
    pages.length < results.length
      ? `${pages.length} of ${results.length} pages`
      : `${Math.min(...words)}-${Math.max(...words)}`,
    percent(sum(({ coverage }) => coverage) / results.length),
    String(sum(({ unsupported }) => unsupported.length)),
    String(sum(({ wrongLinks }) => wrongLinks.length)),
    String(sum(({ foreign }) => foreign.length)),
    String(sum(({ forbidden, strange }) => forbidden.length + strange.length)),
    String(results.reduce((total, { findings }) => total + (findings?.length ?? 0), 0)),
    String(sum(({ duplicates }) => duplicates.length)),
    percent(sum(({ copyRate }) => copyRate) / Math.max(1, pages.length)),
    String(results.reduce((total, { written }) => total + written.worded, 0)),
    results.reduce((total, { written }) => total + written.seconds, 0).toFixed(0),
  ];
}

/** Mutations by kind: how many were found out, and by whom. */
function mutationTable(/** @type {Result[]} */ results) {
  const all = results.flatMap(({ caught }) => caught);
  if (all.length === 0) return [];
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  const rows = [...kinds, "**all**"].map((kind) => {
    const some = kind === "**all**" ? all : all.filter((item) => item.kind === kind);
    const asked = some.filter(({ byCheck }) => byCheck !== undefined);
    const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
      whole === 0 ? "not asked" : `${part} of ${whole} (${percent(part / whole)})`;
    return [
      kind,
      share(some.filter(({ byMeasures }) => byMeasures).length, some.length),
      share(asked.filter(({ byCheck }) => byCheck).length, asked.length),
    ];
  });
  return [table(["Mutation", "Caught by the measures here", "Caught by `check`"], rows), ""];
}

/** What is wrong, in words. */
function missesOf(/** @type {Result[]} */ results) {
  return results.flatMap(
    ({ judged: { name, checklist }, written, measures, overlooked, findings = [] }) => {
      if (measures === undefined && checklist.tooLittle) return [];
      if (measures === undefined) return [`- ${name}: ${written.error.split("\n").at(-1)}`];
      const { missing, unsupported, wrongLinks, foreign, forbidden, strange, duplicates } =
        measures;
      const lists = {
        missing,
        unsupported,
        wrongLinks,
        foreign,
        forbidden,
        strange,
        duplicates,
        overlooked,
        check: findings,
      };
      return Object.entries(lists)
        .filter(([, items]) => items.length > 0)
        .map(([kind, items]) => `- ${name}: ${kind}: ${items.join("; ").replaceAll("|", "\\|")}`);
    },
  );
}

/** 100% is all of them. */
function percent(/** @type {number} */ share) {
  const rounded = Math.round(share * 100);
  return `${share < 1 ? Math.min(99, rounded) : rounded}%`;
}

function table(/** @type {string[]} */ columns, /** @type {string[][]} */ rows) {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(columns), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/**
 * Puts an engine's results into a document, in the place of its earlier ones or at the end.
 * @param {string} document
 * @param {string} engine
 * @param {string} results
 */
export function replaceResults(document, engine, results) {
  const [begin, end] = [`<!-- results: ${engine} -->`, `<!-- end: ${engine} -->`];
  const block = `${begin}\n\n${results.trim()}\n\n${end}`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to === -1) return `${document.trimEnd()}\n\n${block}\n`;
  return document.slice(0, from) + block + document.slice(to + end.length);
}
