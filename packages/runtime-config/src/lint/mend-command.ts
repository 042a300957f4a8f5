import type { Mend } from "./finding.ts";
import { flagOf } from "./llama-flag-table.ts";
import type { LlamaEntry } from "./llama-settings.ts";
import { overrideKey } from "./override-kv.ts";
import { readCommand } from "./read-command.ts";

/** The command with these changes made; all other words stay as they are, in their order. */
export function mendCommand(words: readonly string[], mends: readonly Mend[]): string[] {
  return mends.reduce<string[]>((mended, mend) => mendOnce(mended, mend), [...words]);
}

function mendOnce(words: readonly string[], mend: Mend): string[] {
  const mine = readCommand(words).entries.filter(({ name }) => name === mend.setting);
  if (mend.action === "remove") return without(words, mine);
  if (mend.action === "rename") {
    const starts = new Set(mine.map(({ start }) => start));
    return words.map((word, index) => (starts.has(index) ? mend.to : word));
  }
  // What does not hold would be in the way, and may be what llama.cpp refuses.
  const same = mine.filter((entry) => isSame(entry, mend));
  const last = same.at(-1);
  const flagWords = wordsFor(mend.setting, mend.value, last?.written);
  if (last === undefined) return [...words, ...flagWords];
  const set = words.toSpliced(last.start, last.end - last.start, ...flagWords);
  return without(set, same.slice(0, -1));
}

function without(words: readonly string[], entries: readonly LlamaEntry[]): string[] {
  return words.filter(
    (_, index) => !entries.some(({ start, end }) => index >= start && index < end),
  );
}

/** Metadata is overridden by one flag a key; of all others there is one. */
function isSame(
  { value }: LlamaEntry,
  { setting, value: wanted }: Mend & { action: "set" },
): boolean {
  return setting !== "override-kv" || overrideKey(value ?? "") === overrideKey(wanted);
}

function wordsFor(setting: string, value: string, written: string | undefined): string[] {
  const flag = flagOf(setting);
  if (flag?.values !== 0) return [written ?? `--${setting}`, value];
  const names = value === "off" ? flag.off : flag.names;
  const known = names.find((name) => name === written);
  return [known ?? names.find((name) => name.startsWith("--")) ?? `--${setting}`];
}
