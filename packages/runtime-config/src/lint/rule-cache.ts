import { KV_TYPES } from "../memory/kv-type.ts";
import { nearest } from "./edit-distance.ts";
import { type LintFinding, setTo } from "./finding.ts";
import { isKvType, type LintInput, usableType } from "./lint-input.ts";
import { lastEntry } from "./llama-settings.ts";

const SETTINGS = ["cache-type-k", "cache-type-v"] as const;

/** Other runtimes' names for types. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    fp32: "f32",
    fp16: "f16",
    float16: "f16",
    bfloat16: "bf16",
    q8: "q8_0",
    int8: "q8_0",
    fp8: "q8_0",
    q5: "q5_1",
    q4: "q4_0",
    int4: "q4_0",
  }),
);

/** The types of keys and values. */
export function lintCache(input: LintInput): LintFinding[] {
  const types = SETTINGS.flatMap((setting) => lintType(input, setting));
  return types.length > 0 ? types : [...lintPair(input), ...lintFlash(input)];
}

function lintType({ run, model }: LintInput, setting: (typeof SETTINGS)[number]): LintFinding[] {
  const value = lastEntry(run.settings, setting)?.value;
  if (value === undefined) return [];
  if (!isKvType(value)) {
    const lower = value.toLowerCase();
    const known = Object.keys(KV_TYPES);
    const meant = isKvType(lower) ? lower : (ALIASES.get(lower) ?? nearest(lower, known) ?? "f16");
    const message = `--${setting}: expected one of ${known.join(", ")}, got ${value}`;
    const fix = [setTo(setting, meant)];
    return [{ code: "kv-type-unknown", severity: "error", message, setting, fix }];
  }
  if (usableType(model, value) !== undefined) return [];
  const length = (setting === "cache-type-k" ? model.headDim : model.valueDim) ?? 0;
  const message = `--${setting} ${value}: its blocks of ${KV_TYPES[value].elements} do not divide heads of ${length}, and llama.cpp does not start`;
  const fix = [setTo(setting, "f16")];
  return [{ code: "kv-type-block", severity: "error", message, setting, fix }];
}

/** With compressed keys (MLA) values are part of them. */
function lintPair({ run, model }: LintInput): LintFinding[] {
  const { keyType, valueType } = run;
  const isLatent = model.caches.some(({ attention }) => attention?.valueLength === 0);
  if (keyType === valueType || !isLatent) return [];
  const setting = "cache-type-v";
  const message = `--${setting}: expected ${keyType}, as --cache-type-k, since this model keeps both in one, got ${valueType}`;
  const fix = [setTo(setting, keyType)];
  return [{ code: "kv-types-differ", severity: "error", message, setting, fix }];
}

function lintFlash({ run }: LintInput): LintFinding[] {
  const { valueType, flashAttention } = run;
  if (!/^i?q/.test(valueType) || flashAttention === "on") return [];
  const setting = "flash-attn";
  const code = "kv-quantized-without-flash-attention";
  const fix = [setTo(setting, "on")];
  if (flashAttention === "off") {
    const message = `--cache-type-v ${valueType} needs --${setting} on, got off: llama.cpp does not start`;
    return [{ code, severity: "error", message, setting, fix }];
  }
  const message = `--cache-type-v ${valueType} needs flash attention, which new builds then switch on by themselves; --${setting} on makes sure`;
  return [{ code, severity: "note", message, setting, fix }];
}
