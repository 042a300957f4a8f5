import { flagOf, llamaFlag, REMOVED_FLAGS, type LlamaFlag } from "./llama-flag-table.ts";
import { isFalsy, type LlamaEntry, type LlamaSettings } from "./llama-settings.ts";
import { readIni, sectionedLines } from "./read-ini.ts";

/** Keys that only presets have: what llama.cpp's router does with a model. */
const PRESET_KEYS: ReadonlySet<string> = new Set([
  "version",
  "load-on-startup",
  "stop-timeout",
  "dedup-cache-models",
]);

/** What holds for all sections. */
export const ALL_SECTIONS = "*";

/** The entries of one section of an INI file, in order; `start` and `end` count lines. */
export function sectionEntries(text: string, section: string): LlamaEntry[] {
  return sectionedLines(readIni(text)).flatMap((line, index): LlamaEntry[] => {
    const { content } = line;
    if (content.type !== "pair" || line.section !== section || isPresetOnly(content.key)) return [];
    return [entryOf(content.key, content.value, index)];
  });
}

/**
 * What a model of a section is run with: its own settings, and those for all that it has not itself.
 * The router hands them over in the order of their flags' first names, whatever the file's is.
 */
export function sectionSettings(text: string, section: string): LlamaSettings {
  const own = sectionEntries(text, section);
  const common = section === ALL_SECTIONS ? [] : sectionEntries(text, ALL_SECTIONS);
  const names = new Set(own.map(({ name }) => name));
  const entries = [...common.filter(({ name }) => !names.has(name)), ...own];
  return {
    program: "llama-server",
    entries: entries.toSorted(
      (a, b) => Number(firstName(a) > firstName(b)) - Number(firstName(a) < firstName(b)),
    ),
  };
}

function firstName({ name }: LlamaEntry): string {
  return flagOf(name)?.names[0] ?? "";
}

/** Names of the sections that have settings, each once. */
export function sectionNames(text: string): string[] {
  const names = sectionedLines(readIni(text)).flatMap(({ section, content }) => {
    if (content.type === "section") return [section];
    return content.type === "pair" && !isPresetOnly(content.key) ? [section] : [];
  });
  return [...new Set(names)];
}

/** Environment variables are keys, too; which flags they stand for is not looked at. */
function isPresetOnly(key: string): boolean {
  return PRESET_KEYS.has(key) || /^[A-Z][A-Z0-9_]*$/.test(key);
}

/** The flag of a key: long or short names without their dashes. */
function keyFlag(key: string): { flag: LlamaFlag; word: string } | undefined {
  for (const word of [`--${key}`, `-${key}`]) {
    const flag = llamaFlag(word);
    // llama.cpp changes underscores on the command line alone.
    if (flag !== undefined && [...flag.names, ...flag.off].includes(word)) return { flag, word };
  }
  return undefined;
}

function entryOf(key: string, value: string, line: number): LlamaEntry {
  const base = { written: key, start: line, end: line + 1 };
  const found = keyFlag(key);
  if (found === undefined) {
    const removed = `--${key}`;
    if (REMOVED_FLAGS.has(removed)) return { ...base, name: removed, kind: "removed", value };
    return { ...base, name: key, kind: "unknown", value };
  }
  const { flag, word } = found;
  if (flag.values !== 0) return { ...base, name: flag.name, kind: "value", value };
  const isOn = flag.off.includes(word) === isFalsy(value);
  return { ...base, name: flag.name, kind: "switch", value: isOn ? "on" : "off" };
}
