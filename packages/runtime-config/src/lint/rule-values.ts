import { MAX_CONTEXT } from "../memory/settings.ts";
import { type LintFinding, remove, setTo } from "./finding.ts";
import { isFalsy, isTruthy, type LlamaSettings, parseNumber } from "./llama-settings.ts";
import { givenVariables, parseObject } from "./thinking-settings.ts";

type Range = { min: number; max: number; whole?: boolean; also?: readonly number[] };

const TOKENS: Range = { min: 1, max: MAX_CONTEXT, whole: true };
const ANY: Range = { min: 0, max: Infinity };

/** Numbers that the other rules count with, and what llama.cpp takes for them. */
const RANGES: Readonly<Record<string, Range>> = {
  "ctx-size": { min: 0, max: MAX_CONTEXT * 256, whole: true },
  predict: { min: 0, max: MAX_CONTEXT * 256, whole: true, also: [-1, -2] },
  parallel: { min: 1, max: 256, whole: true, also: [-1] },
  "batch-size": TOKENS,
  "ubatch-size": TOKENS,
  "rope-scale": { min: 1e-3, max: 1e3 },
  "rope-freq-scale": { min: 1e-3, max: 1e3 },
  "rope-freq-base": ANY,
  "yarn-orig-ctx": { min: 0, max: MAX_CONTEXT, whole: true },
  "yarn-ext-factor": { min: -1, max: 1e3 },
  "n-cpu-moe": { min: 0, max: 1e4, whole: true },
  temp: ANY,
  "top-k": { min: 0, max: 2 ** 31 - 1, whole: true, also: [-1] },
  "top-p": { min: 0, max: 1 },
  "min-p": { min: 0, max: 1 },
  "presence-penalty": { min: -2, max: 2 },
  "repeat-penalty": ANY,
  "reasoning-budget": { min: -1, max: MAX_CONTEXT, whole: true },
};

/** Words that llama.cpp takes. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "rope-scaling": ["none", "linear", "yarn"],
};

const SWITCHES: ReadonlySet<string> = new Set(["flash-attn", "reasoning"]);

/** Values that llama.cpp refuses, or of which it reads only the beginning. */
export function lintValues(settings: LlamaSettings): LintFinding[] {
  return settings.entries.flatMap(({ name: setting, kind, value, written }): LintFinding[] => {
    if (value === undefined || kind !== "value") return [];
    const expected = expectedOf(settings, setting, value);
    if (expected === undefined) return [];
    const message = `${written}: expected ${expected.text}, got ${value}`;
    const base = { code: "bad-value", severity: "error", message, setting } as const;
    return [expected.mend === undefined ? base : { ...base, fix: [expected.mend] }];
  });
}

type Expected = { text: string; mend?: ReturnType<typeof setTo> | undefined };

/** What should be there; undefined where the value is right. */
function expectedOf(settings: LlamaSettings, setting: string, value: string): Expected | undefined {
  const range = RANGES[setting];
  if (range !== undefined) return expectedNumber(setting, range, value);
  const choices = CHOICES[setting];
  if (choices !== undefined) {
    if (choices.includes(value)) return undefined;
    const lower = value.toLowerCase();
    const mend = choices.includes(lower) ? setTo(setting, lower) : remove(setting);
    return { text: `one of ${choices.join(", ")}`, mend };
  }
  if (SWITCHES.has(setting)) {
    if (isTruthy(value) || isFalsy(value) || value === "auto" || value === "-1") return undefined;
    return { text: "on, off or auto", mend: remove(setting) };
  }
  return setting === "chat-template-kwargs" ? expectedObject(settings, value) : undefined;
}

/** "32k" is 32 for llama.cpp. */
function expectedNumber(setting: string, range: Range, value: string): Expected | undefined {
  const { min, max, whole = false, also = [] } = range;
  const isRight = (number: number): boolean =>
    also.includes(number) ||
    (number >= min && number <= max && (!whole || Number.isInteger(number)));
  const number = parseNumber(value);
  if (number !== undefined && isRight(number)) return undefined;
  const what = `${whole ? "a whole number" : "a number"} ${max === Infinity ? `from ${min}` : `from ${min} to ${max}`}`;
  const [, digits] = /^(\d+(?:\.\d+)?)\s*[kK]$/.exec(value) ?? [];
  const meant = Number(digits) * 1024;
  if (digits !== undefined && isRight(meant))
    return {
      text: `${what}; ${meant}, as letters behind it are not read`,
      mend: setTo(setting, meant),
    };
  return { text: what, mend: remove(setting) };
}

/** Variables for the template, which ask for quotes around names and none around true and false. */
function expectedObject(settings: LlamaSettings, value: string): Expected | undefined {
  const named = parseObject(value)?.["enable_thinking"];
  const isRight = named === undefined || typeof named === "boolean";
  if (parseObject(value) !== undefined && isRight) return undefined;
  const text = 'a JSON object, such as {"enable_thinking":false}';
  const variables = givenVariables(settings);
  if (variables === undefined) return { text };
  const { enable_thinking: thinking, ...rest } = variables;
  const isNamed = thinking === "true" || thinking === "false" || typeof thinking === "boolean";
  const mended = isNamed ? { ...rest, enable_thinking: String(thinking) === "true" } : rest;
  return { text, mend: setTo("chat-template-kwargs", JSON.stringify(mended)) };
}
