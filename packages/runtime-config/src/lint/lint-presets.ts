import type { ModelFacts } from "../model/facts.ts";
import { basename } from "../targets/base-name.ts";
import type { LintFinding } from "./finding.ts";
import { ALL_SECTIONS, sectionEntries, sectionNames, sectionSettings } from "./ini-settings.ts";
import { lintLlama } from "./lint-llama.ts";
import type { LintOptions } from "./lint-options.ts";
import { fixAll, type Fixed } from "./lint-report.ts";
import { valueOf } from "./llama-settings.ts";
import { mendIni } from "./mend-ini.ts";
import { readIni, sectionedLines } from "./read-ini.ts";
import { lintFlags } from "./rule-flags.ts";

/**
 * Holds presets for llama-server's router (`--models-preset FILE.ini`) against a model. Of several
 * sections those count whose `model` has the file name of `options.fileName`; all, where none has.
 *
 * @throws InvalidWishError for options that make no sense.
 */
export function lintPresets(
  model: ModelFacts,
  text: string,
  options: LintOptions = {},
): LintFinding[] {
  const sections = sectionsOf(text, options);
  const written = [...new Set([ALL_SECTIONS, ...sections])].flatMap((section) => {
    const settings = { program: "llama-server", entries: sectionEntries(text, section) } as const;
    return inSection(section, lintFlags(settings, options));
  });
  const meant = sections.flatMap((section) =>
    inSection(section, lintLlama(model, sectionSettings(text, section), options)),
  );
  return [...lintLines(text), ...written, ...meant];
}

/**
 * Mends what can be mended in presets. Text that needs no change stays as it is, comments too.
 *
 * @throws InvalidWishError as {@link lintPresets}.
 */
export function fixPresets(
  model: ModelFacts,
  text: string,
  options: LintOptions = {},
): Fixed<string> {
  return fixAll(
    text,
    (mended) => lintPresets(model, mended, options),
    (mended, { section = ALL_SECTIONS }, mends) => mendIni(mended, section, mends),
  );
}

function sectionsOf(text: string, { fileName }: LintOptions): string[] {
  const names = sectionNames(text);
  const own = names.filter((name) => name !== ALL_SECTIONS);
  if (own.length === 0) return names;
  const wanted = fileName === undefined ? undefined : basename(fileName);
  const matching = own.filter((name) => {
    const path = valueOf(sectionSettings(text, name), "model");
    return path !== undefined && basename(path) === wanted;
  });
  return matching.length > 0 ? matching : own;
}

function inSection(section: string, findings: readonly LintFinding[]): LintFinding[] {
  return findings.map((found) => ({ ...found, section }));
}

/** Lines that the router stumbles over, or reads in part. */
function lintLines(text: string): LintFinding[] {
  return sectionedLines(readIni(text)).flatMap(({ content, section }, index): LintFinding[] => {
    const line = `line ${index + 1}`;
    if (content.type === "bad") {
      const message = `${line}: expected "[section]" or "key = value" at its beginning, got ${JSON.stringify(content.text)}; llama-server does not start`;
      return [{ code: "ini-syntax", severity: "error", message, setting: line, section }];
    }
    if (content.type !== "pair" || !content.isCut) return [];
    const { key, value } = content;
    const message = `${line}: ";" and "#" begin a comment: the value of ${key} is ${JSON.stringify(value)}, and there is no way to write such a character`;
    return [{ code: "ini-value-cut", severity: "warning", message, setting: key, section }];
  });
}
