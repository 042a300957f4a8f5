import { basename } from "./base-name.ts";
import { buildLosses } from "./llama-flags.ts";
import { serverFlags } from "./llama-server.ts";
import type { TargetInput, TargetRun } from "./target.ts";

/**
 * A preset for llama-server's router (`--models-preset FILE.ini`): one section a model, whose keys
 * are the flags without dashes.
 *
 * @throws RangeError for a path that an INI line cannot hold.
 */
export function renderLlamaRouter(input: TargetInput): TargetRun {
  const lines = serverFlags(input).map(([name, value]) => `${name.slice(2)} = ${iniValue(value)}`);
  const section = basename(input.place.path).replaceAll(/[[\]\r\n]/g, "_");
  return {
    runtime: "llama-router",
    format: "ini",
    text: ["version = 1", "", `[${section}]`, ...lines, ""].join("\n"),
    before: [],
    losses: buildLosses(input),
  };
}

/** llama.cpp's INI has no quotes: a value is the rest of its line. */
function iniValue(value: string | number): string {
  const text = String(value);
  if (/[\r\n;#]|^\s|\s$/.test(text))
    throw new RangeError(
      `${text}: an INI value cannot hold line ends, ";" or "#", or spaces at its ends`,
    );
  return text;
}
