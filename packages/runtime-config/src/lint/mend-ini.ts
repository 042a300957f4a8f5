import type { Mend } from "./finding.ts";
import { ALL_SECTIONS, sectionEntries, sectionNames } from "./ini-settings.ts";
import { flagOf } from "./llama-flag-table.ts";
import type { LlamaEntry } from "./llama-settings.ts";
import { overrideKey } from "./override-kv.ts";
import { FIRST_SECTION, readIni, sectionedLines } from "./read-ini.ts";

/** What takes a setting back that stands in `[*]`, which other sections may need. */
const NEUTRAL: Readonly<Record<string, string>> = {
  "rope-scaling": "none",
  "rope-scale": "1",
  "rope-freq-scale": "1",
  "yarn-orig-ctx": "0",
  "yarn-ext-factor": "-1",
  "yarn-attn-factor": "-1",
  "yarn-beta-slow": "-1",
  "yarn-beta-fast": "-1",
  "reasoning-budget": "-1",
  reasoning: "auto",
  "chat-template-kwargs": "{}",
  jinja: "on",
  "cpu-moe": "off",
  "n-cpu-moe": "0",
};

/** The INI file with these changes made in one section; all other text stays as it is. */
export function mendIni(text: string, section: string, mends: readonly Mend[]): string {
  return mends.reduce((mended, mend) => mendOnce(mended, section, mend), text);
}

function mendOnce(text: string, section: string, mend: Mend): string {
  const mine = sectionEntries(text, section).filter(({ name }) => name === mend.setting);
  switch (mend.action) {
    case "set":
      return setIn(withoutLines(text, mine.slice(0, -1)), section, mend);
    case "rename":
      return mine.reduceRight(
        (mended, { start, written }) =>
          renameAt(mended, start, written, mend.to.replace(/^-+/, "")),
        text,
      );
    case "remove":
      return removeIn(text, section, mine, mend.setting);
    default:
      return mend satisfies never;
  }
}

function setIn(
  text: string,
  section: string,
  { setting, value }: Mend & { action: "set" },
): string {
  const find = (where: string): LlamaEntry | undefined =>
    sectionEntries(text, where).findLast(({ name }) => name === setting);
  const entry = find(section);
  // A section's overrides are in place of those for all.
  const before = (entry ?? find(ALL_SECTIONS))?.value ?? "";
  const wanted = setting === "override-kv" ? withOverride(before, value) : value;
  if (entry === undefined) return append(text, section, `${setting} = ${wanted}`);
  const isOff = flagOf(setting)?.off.some((name) => name.replace(/^-+/, "") === entry.written);
  const inverted = value === "on" ? "off" : "on";
  return valueAt(text, entry.start, isOff === true ? inverted : wanted);
}

/** One key holds all overrides, between commas. */
function withOverride(before: string, override: string): string {
  const others = before
    .split(",")
    .filter((one) => one !== "" && overrideKey(one) !== overrideKey(override));
  return [...others, override].join(",");
}

function withoutLines(text: string, entries: readonly LlamaEntry[]): string {
  const lines = readIni(text);
  return entries.reduceRight((mended, { start }) => {
    const line = lines[start];
    return line === undefined ? mended : mended.slice(0, line.start) + mended.slice(line.end);
  }, text);
}

function removeIn(
  text: string,
  section: string,
  mine: readonly LlamaEntry[],
  setting: string,
): string {
  const without = withoutLines(text, mine);
  if (section === ALL_SECTIONS) return without;
  const common = sectionEntries(without, ALL_SECTIONS).filter(({ name }) => name === setting);
  if (common.length === 0) return without;
  const isAlone = sectionNames(without).every((name) => name === section || name === ALL_SECTIONS);
  const neutral = NEUTRAL[setting];
  return isAlone || neutral === undefined
    ? removeIn(without, ALL_SECTIONS, common, setting)
    : append(without, section, `${setting} = ${neutral}`);
}

function valueAt(text: string, lineNumber: number, value: string): string {
  const content = readIni(text)[lineNumber]?.content;
  if (content?.type !== "pair") return text;
  const { valueStart } = content;
  return text.slice(0, valueStart) + value + text.slice(valueStart + content.value.length);
}

function renameAt(text: string, lineNumber: number, written: string, to: string): string {
  const start = readIni(text)[lineNumber]?.start;
  return start === undefined
    ? text
    : text.slice(0, start) + to + text.slice(start + written.length);
}

/** A line behind the section's last pair, or its header. */
function append(text: string, section: string, pair: string): string {
  const last = sectionedLines(readIni(text)).findLast(
    (line) =>
      line.section === section && (line.content.type === "pair" || line.content.type === "section"),
  );
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const at = last?.end ?? 0;
  if (last === undefined && section !== FIRST_SECTION) return text;
  const isOpen = at > 0 && !/[\r\n]$/.test(text.slice(0, at));
  return `${text.slice(0, at)}${isOpen ? lineEnd : ""}${pair}${lineEnd}${text.slice(at)}`;
}
