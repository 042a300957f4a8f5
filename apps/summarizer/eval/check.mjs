import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.mjs";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/**
 * The tool's own audit, as a question: what does it find wrong with a page?
 * @param {string} scratch a directory for the pages
 */
export function checkWith(scratch) {
  return async (/** @type {string} */ page, /** @type {import("./cases.mjs").Case} */ judged) => {
    const path = join(scratch, "page.md");
    writeFileSync(path, page);
    const words = [MAIN, "check", path, ...sourceOptions(judged.directory), "--json"];
    const { code, stdout, stderr } = await run(words);
    if (code !== 0 && code !== 3) throw new Error(`check ended with ${code}: ${stderr}`);
    /** @type {{ findings: { code: string, claim?: string, why?: string }[] }} */
    const { findings } = JSON.parse(stdout);
    return findings.map(
      (finding) => `${finding.code}: ${finding.claim ?? ""} (${finding.why ?? ""})`,
    );
  };
}

function sourceOptions(/** @type {string} */ directory) {
  const research = readdirSync(directory).includes("research")
    ? readdirSync(join(directory, "research"))
    : [];
  return [
    "--card",
    join(directory, "card.md"),
    ...research.flatMap((file) => ["--research", join(directory, "research", file)]),
  ];
}
