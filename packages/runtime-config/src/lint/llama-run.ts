import { MAX_CONTEXT } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import {
  isFalsy,
  isTruthy,
  type LlamaSettings,
  numberOf,
  valueOf,
  wholeNumber,
} from "./llama-settings.ts";
import { overriddenNumber } from "./override-kv.ts";
import { thinkingOf } from "./thinking-settings.ts";

/** RoPE scaling as llama.cpp will apply it, and whether it was told anything about it. */
export type GivenRope = {
  type: string;
  /** 1 / `freq_scale`. */
  factor: number;
  /** Tokens before any scaling. */
  original: number | undefined;
  /** Settings about RoPE that are written, in their order. */
  written: readonly string[];
};

/** What a run of llama.cpp comes to, its defaults filled in. */
export type LlamaRun = {
  settings: LlamaSettings;
  /** Tokens that all slots share; undefined where the file's `context_length` is taken. */
  context: number | undefined;
  slots: number;
  /** Whether any slot may use up all of the cache. */
  unified: boolean;
  /** Tokens that one slot can use. */
  slotContext: number | undefined;
  rope: GivenRope;
  keyType: string;
  valueType: string;
  flashAttention: "on" | "off" | "auto";
  /** Tokens that one pass computes. */
  physicalBatch: number;
  /** Undefined: nobody said. */
  thinking: boolean | undefined;
  /** Most tokens of an answer; undefined without a limit. */
  output: number | undefined;
};

/** Slots of llama-server that nobody told how many; they share one cache. */
const AUTO_SLOTS = 4;
const MAX_SLOTS = 256;

/** Settings of a run that scale RoPE. */
const ROPE_SETTINGS = [
  "rope-scaling",
  "rope-scale",
  "rope-freq-scale",
  "yarn-orig-ctx",
  "yarn-ext-factor",
  "yarn-attn-factor",
  "yarn-beta-slow",
  "yarn-beta-fast",
] as const;

/** Works out what llama.cpp makes of settings, as its build 0c1e570 does. */
export function llamaRunOf(settings: LlamaSettings, model: ModelFacts): LlamaRun {
  const { slots, unified } = slotsOf(settings);
  const context = wholeOf(settings, "ctx-size", 1, MAX_CONTEXT * MAX_SLOTS);
  const output = wholeOf(settings, "predict", 0, MAX_CONTEXT * MAX_SLOTS);
  return {
    settings,
    context,
    slots,
    unified,
    slotContext:
      context === undefined ? undefined : unified ? context : Math.floor(context / slots),
    rope: givenRope(settings, model),
    keyType: valueOf(settings, "cache-type-k") ?? "f16",
    valueType: valueOf(settings, "cache-type-v") ?? "f16",
    flashAttention: flashOf(valueOf(settings, "flash-attn")),
    physicalBatch: wholeOf(settings, "ubatch-size", 1, MAX_CONTEXT) ?? 512,
    thinking: thinkingOf(settings),
    output,
  };
}

/** Caches of slots that are kept apart are so many times the slot's. */
export function pools({ slots, unified }: Pick<LlamaRun, "slots" | "unified">): number {
  return unified ? 1 : slots;
}

/** A whole number in a range; undefined for all else, which `bad-value` tells of. */
export function wholeOf(
  settings: LlamaSettings,
  setting: string,
  min: number,
  max: number,
): number | undefined {
  return wholeNumber(valueOf(settings, setting), min, max);
}

/** llama-cli has one sequence; llama-server four that share a cache, unless it is told how many. */
function slotsOf(settings: LlamaSettings): { slots: number; unified: boolean } {
  if (settings.program === "llama-cli") return { slots: 1, unified: false };
  const slots = wholeOf(settings, "parallel", 1, MAX_SLOTS);
  if (slots === undefined) return { slots: AUTO_SLOTS, unified: true };
  return { slots, unified: valueOf(settings, "kv-unified") === "on" };
}

function flashOf(value: string | undefined): LlamaRun["flashAttention"] {
  if (isTruthy(value)) return "on";
  return isFalsy(value) ? "off" : "auto";
}

/** What is not written comes from the file; a scale without a type is linear. */
function givenRope(settings: LlamaSettings, model: ModelFacts): GivenRope {
  const { scaling } = model.rope;
  const written = ROPE_SETTINGS.filter((name) => valueOf(settings, name) !== undefined);
  const type = valueOf(settings, "rope-scaling") ?? scaling?.type ?? "linear";
  const overrides = settings.entries.flatMap(({ name, value }) =>
    name === "override-kv" && value !== undefined ? [value] : [],
  );
  const contextLength =
    overriddenNumber(overrides, `${model.architecture}.context_length`) ?? model.contextLength;
  return {
    type,
    factor: type === "none" ? 1 : (givenFactor(settings) ?? scaling?.factor ?? 1),
    original:
      wholeOf(settings, "yarn-orig-ctx", 1, MAX_CONTEXT) ??
      scaling?.originalContextLength ??
      contextLength,
    written,
  };
}

/** `--rope-scale` and `--rope-freq-scale` set the same: the last one holds. */
function givenFactor(settings: LlamaSettings): number | undefined {
  const last = settings.entries.findLast(
    ({ name }) => name === "rope-scale" || name === "rope-freq-scale",
  );
  if (last === undefined) return undefined;
  const number = numberOf(settings, last.name);
  if (number === undefined || number <= 0) return undefined;
  return last.name === "rope-scale" ? number : 1 / number;
}
