import { basename } from "./base-name.ts";
import { buildLosses } from "./llama-flags.ts";
import { serverFlags } from "./llama-server.ts";
import { quoteFor, quoteWindows, type Shell } from "./shell-quote.ts";
import type { TargetInput, TargetRun } from "./target.ts";
import { yamlKey, yamlString } from "./yaml-text.ts";

/** llama-swap's macro, which it replaces by a free port. */
const PORT = "${PORT}";

/** What a block of YAML holds as it is: printable, and without the line ends that YAML 1.1 knows. */
const BLOCK =
  /^[\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

/**
 * A configuration of llama-swap with one model, whose command is llama-server's; a split model is
 * loaded by its first shard. llama-swap runs the command without a shell and splits it by itself, as
 * sh would, or on Windows as the C runtime would: so it is quoted by the shell that is told.
 *
 * @throws RangeError for a path with a line's end, where llama-swap looks for comments.
 */
export function renderLlamaSwap(input: TargetInput): TargetRun {
  const shell = input.options.shell ?? "posix";
  const word = (text: string): string => swapWord(shell, text);
  const lines = [
    `llama-server --port ${PORT}`,
    ...serverFlags(input).map(([name, value]) => `${name} ${word(String(value))}`),
  ];
  const name = basename(input.place.path).replaceAll("${", "_{");
  return {
    runtime: "llama-swap",
    format: "yaml",
    text: `models:\n  ${yamlKey(name)}:\n    cmd: ${block(lines)}`,
    before: [],
    losses: buildLosses(input),
  };
}

/** A word that neither llama-swap's macros nor its comments see anything in. */
function swapWord(shell: Shell, text: string): string {
  if (/[\r\n]/.test(text)) throw new RangeError("a command of llama-swap cannot hold a line's end");
  const isWindows = shell === "cmd" || shell === "powershell";
  // Quotes that end between the two characters leave no macro to be found.
  return isWindows
    ? quoteWindows(text).split("${").join('$"{"')
    : quoteFor("posix", text).split("${").join("$''{");
}

/** The lines as a literal block, which people can read; else as one quoted string. */
function block(lines: readonly string[]): string {
  const text = lines.join("\n");
  if (!BLOCK.test(text)) return `${yamlString(text)}\n`;
  return `|\n${lines.map((line) => `      ${line}\n`).join("")}`;
}
