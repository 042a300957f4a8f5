// Usage: node apps/summarizer/eval/main.mjs [--engine extractive|MODEL|URL]... [--case NAME]... [--unseen] [--check] [--write]
// Writes a page for each case with each engine, judges the pages and wrong versions of them, and
// prints tables. --check also asks the tool's own audit about them; --write puts the tables into
// docs/evaluation.md. --unseen takes the cards that no rule was mended for. Without --engine: extractive, and the default model where it can be had.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadCases } from "./cases.mjs";
import { checkWith } from "./check.mjs";
import { evaluate } from "./evaluate.mjs";
import { renderResults, replaceResults } from "./report.mjs";

const DOCUMENT = new URL("../../../docs/evaluation.md", import.meta.url);
const ENGINES = ["extractive", "smollm2-135m"];

const { values } = parseArgs({
  options: {
    engine: { type: "string", multiple: true, default: ENGINES },
    case: { type: "string", multiple: true, default: [] },
    unseen: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const scratch = mkdtempSync(join(tmpdir(), "ggufkit-evaluation-"));
try {
  const all = loadCases(join(scratch, "cases"), values.unseen ? "unseen" : "cases");
  const cases = all.filter(({ name }) => values.case.length === 0 || values.case.includes(name));
  for (const engine of values.engine) {
    const results = [];
    for (const judged of cases) {
      const result = await evaluate(judged, engine, values.check ? checkWith(scratch) : undefined);
      results.push(result);
      process.stderr.write(`${engine}: ${judged.name}: ${result.written.seconds.toFixed(1)} s\n`);
    }
    const text = renderResults(engine, results);
    process.stdout.write(`${text}\n\n`);
    if (values.write && !values.unseen && cases.length === all.length)
      writeFileSync(DOCUMENT, replaceResults(readFileSync(DOCUMENT, "utf8"), engine, text));
  }
} finally {
  rmSync(scratch, { recursive: true });
}
