/** A setting as it is written: a flag with its value, or a line of an INI file. */
export type LlamaEntry = {
  /** The first long name of the flag without dashes; of what llama.cpp does not know, as written. */
  name: string;
  kind: "value" | "switch" | "removed" | "unknown" | "word";
  /** The name as it is written, with dashes on a command line. */
  written: string;
  /** `on` or `off` of a switch; undefined where there is none. */
  value: string | undefined;
  /** What llama.cpp takes offence at. */
  problem?: "joined" | "no-value";
  /** Where it stands: words of the command from `start` up to `end`, or lines of the INI file. */
  start: number;
  end: number;
};

export type LlamaProgram = "llama-server" | "llama-cli";

/** What a run of llama.cpp is told, in order: of two entries for the same setting the last one holds. */
export type LlamaSettings = {
  program: LlamaProgram;
  entries: readonly LlamaEntry[];
};

/** Flags that may be given again and again, each time for something more. */
export const ACCUMULATING: ReadonlySet<string> = new Set([
  "override-kv",
  "lora",
  "lora-scaled",
  "control-vector",
  "control-vector-scaled",
  "logit-bias",
  "reverse-prompt",
  "dry-sequence-breaker",
  "spec-type",
  "override-tensor",
  "chat-template-kwargs",
  "image",
  "file",
]);

/** The entry that holds. */
export function lastEntry({ entries }: LlamaSettings, setting: string): LlamaEntry | undefined {
  return entries.findLast(({ name }) => name === setting);
}

/** The value that holds; undefined where there is none. */
export function valueOf(settings: LlamaSettings, setting: string): string | undefined {
  return lastEntry(settings, setting)?.value;
}

/** The number that holds; undefined where there is none, or where the value is no number. */
export function numberOf(settings: LlamaSettings, setting: string): number | undefined {
  const value = valueOf(settings, setting);
  return value === undefined ? undefined : parseNumber(value);
}

/** A number in decimals; nothing behind it, which llama.cpp would pass over in silence. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

/** A whole number in a range; undefined for all else. */
export function wholeNumber(
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  const value = text === undefined ? undefined : parseNumber(text);
  const isRight = value !== undefined && Number.isInteger(value) && value >= min && value <= max;
  return isRight ? value : undefined;
}

/** What llama.cpp takes for yes. */
export function isTruthy(value: string | undefined): boolean {
  return ["on", "enabled", "true", "1"].includes(value ?? "");
}

/** What llama.cpp takes for no. */
export function isFalsy(value: string | undefined): boolean {
  return ["off", "disabled", "false", "0"].includes(value ?? "");
}
