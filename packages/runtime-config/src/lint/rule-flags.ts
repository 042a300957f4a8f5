import { isBuiltBefore } from "../targets/llama-build.ts";
import { nearest } from "./edit-distance.ts";
import { type LintFinding, type Mend, remove, setTo } from "./finding.ts";
import { LLAMA_FLAGS, REMOVED_FLAGS, TABLE_BUILD } from "./llama-flag-table.ts";
import { ACCUMULATING, type LlamaEntry, type LlamaSettings } from "./llama-settings.ts";
import type { LintOptions } from "./lint-options.ts";

/** Flags that llama.cpp refuses, or reads otherwise than they look. */
export function lintFlags(settings: LlamaSettings, options: LintOptions): LintFinding[] {
  const { entries, program } = settings;
  const findings = entries.flatMap((entry) => {
    switch (entry.kind) {
      case "unknown":
        return [unknownFlag(entry, program, options)];
      case "removed":
        return options.llamaBuild === undefined ? [removedFlag(entry, entries)] : [];
      case "word":
        return [strayWord(entry, program)];
      case "value":
        return problemOf(entry, settings);
      case "switch":
        return [];
      default:
        return entry.kind satisfies never;
    }
  });
  return [...findings, ...repeated(entries)];
}

/** What only older builds may have known is not an error for them. */
function unknownFlag(
  { name: setting, written }: LlamaEntry,
  program: string,
  { llamaBuild }: LintOptions,
): LintFinding {
  const isOlder = llamaBuild !== undefined && isBuiltBefore(llamaBuild, TABLE_BUILD);
  const severity = isOlder ? "note" : "error";
  const code = "unknown-flag";
  const known = LLAMA_FLAGS.flatMap(({ names, off }) => [...names, ...off]);
  const [, flag = written, value = ""] = /^([^=]+)(=.*)?$/s.exec(written) ?? [];
  const close = nearest(flag.startsWith("-") ? flag : `--${flag}`, known);
  const what = `${flag}: ${program} of October 2026 has no such flag, and does not start with it`;
  if (close === undefined) return { code, severity, message: what, setting };
  const to = flag.startsWith("-") ? `${close}${value}` : close.replace(/^-+/, "");
  const message = `${what}; did you mean ${flag.startsWith("-") ? close : to}?`;
  return { code, severity, message, setting, fix: [{ action: "rename", setting, to }] };
}

/** The two flags for loading are one now: both together have a value of their own. */
function removedFlag(entry: LlamaEntry, entries: readonly LlamaEntry[]): LintFinding {
  const { name: setting, written } = entry;
  const { renamed, instead } = REMOVED_FLAGS.get(setting) ?? {};
  const severity = "warning";
  const what = `${written}: builds of October 2026 have no such flag, and do not start with it`;
  if (renamed !== undefined) {
    const fix: Mend[] = [{ action: "rename", setting, to: renamed }];
    return {
      code: "flag-removed",
      severity,
      message: `${what}; it is ${renamed} now`,
      setting,
      fix,
    };
  }
  if (instead === undefined) return { code: "flag-removed", severity, message: what, setting };
  const both = ["--mlock", "--mmap"].every((one) => entries.some(({ name }) => name === one));
  const value = both ? "mmap+mlock" : instead.value;
  const isSet = entries.some(({ name }) => name === instead.setting);
  const fix = [remove(setting), ...(isSet ? [] : [setTo(instead.setting, value)])];
  const message = `${what}; it is --${instead.setting} ${value} now`;
  return { code: "flag-removed", severity, message, setting, fix };
}

function strayWord({ written, name }: LlamaEntry, program: string): LintFinding {
  const message = `"${written}" belongs to no flag: ${program} takes no arguments beside flags, and does not start`;
  return { code: "stray-word", severity: "error", message, setting: name };
}

function problemOf(entry: LlamaEntry, settings: LlamaSettings): LintFinding[] {
  const { name: setting, written, value, problem } = entry;
  const { program, entries } = settings;
  if (problem === undefined) return [];
  // The value that holds, of all that have one.
  const held = entries.findLast((other) => other.name === setting && other.value !== undefined);
  if (problem === "joined") {
    const message = `${written}=${value}: ${program} takes a flag and its value as two words, and does not start`;
    const fix = [setTo(setting, held?.value ?? "")];
    return [{ code: "flag-with-equals", severity: "error", message, setting, fix }];
  }
  const isFlash = setting === "flash-attn";
  const what = isFlash ? "on, off or auto" : "a value";
  const message = `${written}: expected ${what} behind it, got none; ${program} takes the next word for it, and does not start`;
  const meant = held?.value ?? (isFlash ? "on" : undefined);
  const fix = [meant === undefined ? remove(setting) : setTo(setting, meant)];
  return [{ code: "flag-without-value", severity: "error", message, setting, fix }];
}

/** Of what is given twice the last one holds, however the names differ. */
function repeated(entries: readonly LlamaEntry[]): LintFinding[] {
  return entries.flatMap((entry, index): LintFinding[] => {
    const { name: setting, kind, written, value, problem } = entry;
    if (kind !== "value" || ACCUMULATING.has(setting) || problem !== undefined) return [];
    const last = entries.findLast((other, at) => at > index && other.name === setting);
    if (last?.value === undefined) return [];
    const message = `${written} ${value ?? ""} does not count: ${last.written} ${last.value} comes after it`;
    const fix = [setTo(setting, last.value)];
    return [{ code: "flag-repeated", severity: "warning", message, setting, fix }];
  });
}
