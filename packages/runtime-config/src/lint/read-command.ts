import { InvalidWishError } from "../errors.ts";
import { llamaFlag, REMOVED_FLAGS } from "./llama-flag-table.ts";
import type { LlamaEntry, LlamaProgram, LlamaSettings } from "./llama-settings.ts";

const PROGRAM = /^llama-(server|cli)(?:\.exe)?$/i;

/**
 * Reads the words of a command line. What stands before the program (`env`, `numactl …`) is passed
 * over; words that begin with a flag are taken for llama-server's.
 *
 * @throws InvalidWishError for a command that runs neither llama-server nor llama-cli.
 */
export function readCommand(words: readonly string[]): LlamaSettings {
  const at = words.findIndex((word) => PROGRAM.test(baseOf(word)));
  if (at === -1 && !words[0]?.startsWith("-"))
    throw new InvalidWishError("command", words[0] ?? "nothing", "llama-server or llama-cli");
  const program: LlamaProgram = /-cli/i.test(baseOf(words[at] ?? ""))
    ? "llama-cli"
    : "llama-server";
  const entries: LlamaEntry[] = [];
  for (let start = at + 1; start < words.length; start = entries.at(-1)?.end ?? words.length)
    entries.push(entryAt(words, start));
  return { program, entries };
}

function baseOf(word: string): string {
  return word.split(/[\\/]/).at(-1) ?? word;
}

/** The entry that begins with a word. A flag is never taken for the value of another. */
function entryAt(words: readonly string[], start: number): LlamaEntry {
  const word = words[start] ?? "";
  const next = words[start + 1];
  const flag = llamaFlag(word);
  const removed = REMOVED_FLAGS.get(word);
  if (removed !== undefined) {
    const value = removed.takesValue && isValue(next) ? next : undefined;
    const end = start + (value === undefined ? 1 : 2);
    return { name: word, kind: "removed", written: word, value, start, end };
  }
  if (flag === undefined) return strangerAt(words, start);
  const base = { name: flag.name, written: word, start };
  if (flag.values === 0) {
    const value = flag.off.includes(word.replaceAll("_", "-")) ? "off" : "on";
    return { ...base, kind: "switch", value, end: start + 1 };
  }
  if (!isValue(next))
    return { ...base, kind: "value", value: undefined, problem: "no-value", end: start + 1 };
  const end = Math.min(words.length, start + 1 + flag.values);
  return { ...base, kind: "value", value: words.slice(start + 1, end).join(" "), end };
}

/** A word that is no flag of llama.cpp, or a flag and its value in one word, which it does not take. */
function strangerAt(words: readonly string[], start: number): LlamaEntry {
  const word = words[start] ?? "";
  if (!/^-{1,2}[A-Za-z]/.test(word))
    return { name: word, kind: "word", written: word, value: undefined, start, end: start + 1 };
  const [, name = "", value = ""] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? [];
  const flag = llamaFlag(name);
  if (flag !== undefined && flag.values === 1) {
    const written = name;
    const own = { name: flag.name, kind: "value", written, value, problem: "joined" } as const;
    return { ...own, start, end: start + 1 };
  }
  const next = words[start + 1];
  const takesNext = isValue(next) && (!next?.startsWith("-") || /^-[\d.]/.test(next));
  const end = start + (takesNext ? 2 : 1);
  const given = takesNext ? next : undefined;
  return { name: word, kind: "unknown", written: word, value: given, start, end };
}

/** llama.cpp would take any word; one that looks like a long flag was hardly meant as a value. */
function isValue(word: string | undefined): boolean {
  if (word === undefined || /^--[A-Za-z]/.test(word)) return false;
  return llamaFlag(word) === undefined && !REMOVED_FLAGS.has(word);
}
