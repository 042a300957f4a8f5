import { benchmarkOf, isScore } from "./benchmark.ts";
import type { Found, Where } from "./fact.ts";
import { listedProperty } from "./listed-property.ts";
import { isKnownKey, isOnPart, pairFacts } from "./property-facts.ts";
import { isQuantization } from "./property-values.ts";
import { headingsEntity, namesForeignModel } from "./entity.ts";
import { isNameOf, isUntunedName, type Subject } from "./subject.ts";
import { isPropertyTable, type Row, type Table } from "./table.ts";
import { ownPlace } from "./table-owner.ts";
import { sizedColumns, sizedRows } from "./table-sizes.ts";

export interface Finding {
  readonly found: Found;
  readonly where: Where;
}

/**
 * What a table says of the model: its own column or row among several models', its files, or pairs of
 * properties and values. Nothing where it is not sure whose a cell is, or what.
 */
export function tableFacts(table: Table, subject: Subject): Finding[] {
  const files = fileFindings(table);
  if (files.length > 0) return files;
  const column = ownPlace(table.head, subject) ?? sizedColumns(table.head, subject)?.own;
  if (column !== undefined && column > 0)
    return ofTuned(columnFindings(table, column), table.head[column], subject);
  const names = table.rows.map(({ cells: [name = ""] }) => name);
  const at = ownPlace(names, subject);
  const row = at === undefined ? sizedRow(table, subject) : table.rows[at];
  if (row !== undefined) return ofTuned(rowFindings(table, row), row.cells[0], subject);
  if (names.some((name) => isNameOf(subject, name))) return [];
  if (headingsEntity(table.headings, subject) !== undefined) return [];
  // A column that is a sibling's is not the model's.
  return table.head.some((cell) => namesForeignModel(cell, subject)) ? [] : pairFindings(table);
}

/** Scores under the name of what the model was tuned from are not the model's. */
function ofTuned(findings: Finding[], name: string | undefined, subject: Subject): Finding[] {
  const isOfBase = name !== undefined && name !== "" && isUntunedName(subject, name);
  return findings.filter(({ found }) => !isOfBase || found.benchmark === undefined);
}

/** The row of the subject's size, where no name tells whose it is. */
function sizedRow(table: Table, subject: Subject): Row | undefined {
  const row = sizedRows(table, subject)?.own;
  return row === undefined || namesForeignModel(row.cells[0] ?? "", subject) ? undefined : row;
}

const TYPE_COLUMN = /\bquant|^type$|^precision$/i;
const SIZE_COLUMN = /\bsize\b/i;
/** `25.05GB`, `4.9 GiB`. */
const SIZE = /^~?\d{1,5}(?:\.\d{1,3})? ?[KMGT]i?B$/i;

/** Files by quantization and size. */
function fileFindings({ head, rows }: Table): Finding[] {
  const type = head.findIndex((cell) => TYPE_COLUMN.test(cell));
  const size = head.findIndex((cell) => SIZE_COLUMN.test(cell));
  if (type === -1 || size === -1) return [];
  return rows.flatMap(({ cells, line }) => {
    const quantization = cells[type] ?? "";
    const written = cells[size] ?? "";
    if (!isQuantization(quantization) || !SIZE.test(written)) return [];
    const file = { quantization, size: written.replace(/(?<=\d)(?=[A-Z])/i, " ") };
    return [{ found: { file }, where: { line, text: `${quantization}: ${written}` } }];
  });
}

const LABEL_COLUMN = /^(?:bench(?:marks?)?|tasks?|data ?sets?|tests?|evals?|metric name)$/i;
/** Columns that say how a row's scores were found. */
const METRIC_COLUMN = /^(?:metrics?|measure)$/i;
const SETTING_COLUMN = /^(?:settings?|(?:# ?|n-?|few-?)?shots?|mode|protocol)$/i;

/** How the model was run, where a column's head says so: `Orrery-32B (thinking)`. */
const MODE =
  /\(([^()]{0,20}\b(?:thinking|reasoning|shots?|CoT|greedy|mode|direct)\b[^()]{0,20})\)$/i;

/** Each row says one thing of several models, of which the model's has the `column`. */
function columnFindings({ head, rows, headings }: Table, column: number): Finding[] {
  const metricAt = head.findIndex((cell, at) => at > 0 && METRIC_COLUMN.test(cell));
  const settingAt = head.findIndex((cell, at) => at > 0 && SETTING_COLUMN.test(cell));
  const labelAt = Math.max(
    0,
    head.findIndex((cell) => LABEL_COLUMN.test(cell)),
  );
  const mode = MODE.exec(head[column] ?? "")?.[1];
  return rows.flatMap(({ cells, line }) => {
    const cell = (at: number): string | undefined =>
      (at === -1 ? undefined : cells[at]) || undefined;
    const label = cells[labelAt] ?? "";
    const shots = cell(settingAt);
    const counted = /^\d{1,3}$/.test(shots ?? "") ? `${shots}-shot` : shots;
    const setting = [counted, mode].filter((part) => part !== undefined).join(", ");
    const how = { metric: cell(metricAt), setting: setting === "" ? undefined : setting };
    return said(label, cells[column] ?? "", line, headings, how);
  });
}

/** Each column says one thing of several models, of which the model's have the `row`. */
function rowFindings({ head, headings }: Table, { cells, line }: Row): Finding[] {
  return cells.slice(1).flatMap((cell, at) => said(head[at + 1] ?? "", cell, line, headings));
}

/** Properties with their values, or tests with their scores, of one model that needs no name. */
function pairFindings(table: Table): Finding[] {
  const { head, rows, headings } = table;
  if (
    head.length !== 2 ||
    isPropertyTable(table) ||
    /\b(?:models?|names?|variants?)\b/i.test(head[0] ?? "")
  )
    return [];
  // Markdown wants a head even where there is none: then the first pair stands in it.
  const isHeadless = isKnownKey(head[0] ?? "");
  const all = isHeadless ? [{ cells: head, line: (rows[0]?.line ?? 2) - 2 }, ...rows] : rows;
  const known = all.filter(({ cells: [name = ""] }) => isKnownKey(name)).length;
  const metric = head[1];
  if (known >= 2 || known === all.length)
    return all.flatMap(({ cells: [name = "", value = ""], line }) =>
      pair(name, value, line, headings),
    );
  const isTest =
    /\b(?:benchmark|test|task|dataset|data set|metric|language|domain|aufgabe)\b/i.test(
      head[0] ?? "",
    );
  if (!isTest || metric === undefined || !rows.every(({ cells: [, score = ""] }) => isScore(score)))
    return [];
  const how = /^(?:scores?|values?|results?|ours)$/i.test(metric) ? {} : { metric };
  return rows.flatMap(({ cells: [name = "", score = ""], line }) =>
    testFinding(name, score, line, how),
  );
}

/** A property of a table that lists some. */
function pair(name: string, value: string, line: number, headings: readonly string[]): Finding[] {
  const text = `${name}: ${value}`;
  const found = isKnownKey(name)
    ? pairFacts(name, value, headings)
    : listedProperty(text, [...headings, "Properties"]);
  return [{ found, where: { line, text } }];
}

/** A property's value, where there is a rule for it, or a test's score. */
function said(
  name: string,
  value: string,
  line: number,
  headings: readonly string[],
  how: Parameters<typeof benchmarkOf>[2] = {},
): Finding[] {
  if (isKnownKey(name))
    return [
      { found: pairFacts(name, value, headings), where: { line, text: `${name}: ${value}` } },
    ];
  if (isScore(value) && isResults(headings))
    return testFinding(name, value, line, { ...how, metric: how?.metric ?? metricOver(headings) });
  return [];
}

/** `Comparison (nDCG@10, 2,040 questions)`: what all scores below are. */
function metricOver(headings: readonly string[]): string | undefined {
  return /\(((?:[A-Za-z]{2,12}@\d{1,3}|F1|WER|CER|BLEU|chrF|accuracy))[,)]/.exec(
    headings.at(-1) ?? "",
  )?.[1];
}

/** Numbers under other headings may be anything. */
const RESULTS =
  /\b(?:results?|benchmarks?|evaluations?|performance|scores?|comparisons?|accuracy|error rate|numbers|metrics?|quality|ergebnisse|评测|评估)\b|评测|评估/i;

function isResults(headings: readonly string[]): boolean {
  return headings.some((heading) => RESULTS.test(heading));
}

function testFinding(
  name: string,
  score: string,
  line: number,
  how: Parameters<typeof benchmarkOf>[2],
): Finding[] {
  const benchmark = isOnPart(name) ? undefined : benchmarkOf(name, score, how);
  if (benchmark === undefined) return [];
  return [{ found: { benchmark }, where: { line, text: `${name}: ${score}` } }];
}
