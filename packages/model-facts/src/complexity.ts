/**
 * Markdown parsers take time that grows with the square of the marks which may belong together, and
 * go as deep as quotes and lists nest. These are ten times what real cards have: a text beyond them
 * was made to be slow.
 */
const MAX_MARKS = 500;
const MAX_NESTING = 30;
const MAX_ITEM_COLUMN = 200;

/** Where the marks of emphasis, links and code before it can't matter any more. */
const STARTS_ANEW = /^\s*(?:$|[-+*] |\d{1,9}[.)] |#|\||>)/;
/** The quotes and items that a line begins with. */
const CONTAINERS = /^(?:\s|>|[-+*](?=\s)|\d{1,9}[.)](?=\s))+/;
const RULE = /^\s*([-*_])(?:\s*\1)+\s*$/;

/** What is wrong with a text that no parser should be given, with its line; undefined for any other. */
export function findComplexity(markdown: string): { reason: string; line: number } | undefined {
  let marks = 0;
  let line = 0;
  for (const text of markdown.split("\n")) {
    line += 1;
    if (STARTS_ANEW.test(text)) marks = 0;
    marks += countMarks(text);
    if (marks > MAX_MARKS) return { reason: `more than ${MAX_MARKS} marks in one paragraph`, line };
    const containers = RULE.test(text)
      ? []
      : (CONTAINERS.exec(text)?.[0].match(/>|[^\s>]+/g) ?? []);
    if (containers.length > MAX_NESTING)
      return { reason: `quotes and lists nested deeper than ${MAX_NESTING}`, line };
    const column = /^\s*(?=[-+*\d])/.exec(text)?.[0].length ?? 0;
    if (column > MAX_ITEM_COLUMN) return { reason: `a list nested to column ${column}`, line };
  }
  return undefined;
}

/** Emphasis, code, brackets: what waits for a partner. Table cells are apart. */
function countMarks(line: string): number {
  const cells = line.includes("|") ? line.split("|") : [line];
  const counts = cells.map((cell) => {
    const runs = cell.match(/[*_~`]+|[[\]<]/g) ?? [];
    // `**` is one mark; longer runs can be parted between several partners.
    return runs.reduce((sum, run) => sum + Math.ceil(run.length / 2), 0);
  });
  return counts.reduce((most, count) => Math.max(most, count), 0);
}
