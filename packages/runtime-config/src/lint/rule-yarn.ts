import { type LintFinding, type Mend, remove, setTo, tokens } from "./finding.ts";
import type { LintInput } from "./lint-input.ts";
import { isScaledForAll } from "./rule-context.ts";

/** Whether RoPE is scaled as the context needs it, and no more. */
export function lintYarn(input: LintInput): LintFinding[] {
  // What is scaled for all slots together is told of with the slots.
  if (input.run.slotContext === undefined || isScaledForAll(input)) return [];
  if (input.plan.rope === undefined) return lintNeedless(input);
  return lintNeeded(input);
}

/** The flags of the plan's scaling. */
function planMends({ plan }: LintInput): Mend[] {
  if (plan.rope === undefined) return [];
  const { type, factor, originalContext } = plan.rope.value;
  return [
    remove("rope-freq-scale"),
    setTo("rope-scaling", type),
    setTo("rope-scale", factor),
    setTo("yarn-orig-ctx", originalContext),
  ];
}

function lintNeeded(input: LintInput): LintFinding[] {
  const { run, plan, model } = input;
  const { rope, slotContext = 0, settings } = run;
  const fix = planMends(input);
  const setting = "rope-scaling";
  const what = `${tokens(slotContext)} are more than the ${tokens(model.contextLength ?? 0)} of the file`;
  if (rope.factor === 1 || rope.type === "none") {
    if (rope.written.length > 0) return [ineffective(input, fix)];
    const then =
      settings.program === "llama-server"
        ? "llama-server cuts a slot off at the file's length, and keeps memory for the rest in vain"
        : "what stands behind them comes out as nonsense";
    const message = `${what}, and nothing scales RoPE: ${then}; YaRN with factor ${plan.rope?.value.factor} is needed`;
    return [{ code: "yarn-missing", severity: "error", message, setting, fix }];
  }
  if (rope.type !== "yarn") return [wrongType(input, what, fix)];
  if (extrapolation(input) === 0) return [ineffective(input, [remove("yarn-ext-factor")])];
  return [...wrongOriginal(input), ...wrongFactor(input)];
}

/** Only YaRN lifts the limit that llama-server sets a slot. */
function wrongType({ run }: LintInput, what: string, fix: Mend[]): LintFinding {
  const isServer = run.settings.program === "llama-server";
  const then = isServer
    ? "llama-server then cuts a slot off at the file's length all the same"
    : "that costs more of the quality";
  const message = `${what}, and RoPE is scaled by "${run.rope.type}", expected --rope-scaling yarn: ${then}`;
  const severity = isServer ? "error" : "warning";
  return { code: "yarn-wrong-type", severity, message, setting: "rope-scaling", fix };
}

function extrapolation({ run }: LintInput): number {
  const entry = run.settings.entries.findLast(({ name }) => name === "yarn-ext-factor");
  return Number(entry?.value ?? 1);
}

/** Scaling was asked for, and there is none. */
function ineffective({ run, plan }: LintInput, fix: Mend[]): LintFinding {
  const { rope } = run;
  const setting = "rope-scaling";
  const needed = plan.rope === undefined ? "" : `; ${plan.rope.value.factor} is needed`;
  const why =
    rope.type === "none"
      ? "--rope-scaling none switches all scaling off, whatever the other flags say"
      : rope.factor === 1
        ? `${rope.written.includes(setting) ? `--${setting} ${rope.type}` : "RoPE scaling"} without --rope-scale scales by 1, which is not at all${needed}`
        : "--yarn-ext-factor 0 switches off what sets YaRN apart from linear scaling";
  return { code: "yarn-ineffective", severity: "error", message: why, setting, fix };
}

function wrongOriginal({ run, plan }: LintInput): LintFinding[] {
  const setting = "yarn-orig-ctx";
  const expected = plan.rope?.value.originalContext ?? 0;
  const got = run.rope.original;
  if (got === expected) return [];
  const given = run.rope.written.includes(setting)
    ? `got ${got}`
    : `got none, for which llama.cpp takes ${got === undefined ? "nothing" : `the file's ${got}`}`;
  const message = `--${setting}: expected ${expected} (${plan.rope?.why}), ${given}`;
  const fix = [setTo(setting, expected)];
  return [{ code: "yarn-wrong-original", severity: "warning", message, setting, fix }];
}

function wrongFactor({ run, plan }: LintInput): LintFinding[] {
  const { slotContext = 0, rope } = run;
  const { factor = 1, originalContext = 1 } = plan.rope?.value ?? {};
  const setting = "rope-scale";
  const fix = [remove("rope-freq-scale"), setTo(setting, factor)];
  // A sixteenth of a token is what a scale written as a decimal fraction may be short of.
  if (rope.factor * originalContext < slotContext - 1 / 16) {
    const reach = tokens(Math.floor(rope.factor * originalContext));
    const message = `--${setting} ${short(rope.factor)} reaches ${reach}, and a slot is to have ${tokens(slotContext)}: expected ${factor}`;
    return [{ code: "yarn-wrong-factor", severity: "error", message, setting, fix }];
  }
  if (rope.factor <= factor + 1e-6) return [];
  const message = `--${setting} ${short(rope.factor)} is more than the ${factor} that ${tokens(slotContext)} need: it holds for all texts, and hurts short ones`;
  return [{ code: "yarn-wrong-factor", severity: "warning", message, setting, fix }];
}

/** Whether the flags only repeat what the file says. */
function isFilesOwn({ run, model }: LintInput): boolean {
  const { scaling } = model.rope;
  const { type, factor, original, written } = run.rope;
  if (scaling?.type === undefined || written.some((name) => name.startsWith("yarn-ext")))
    return false;
  const fileOriginal = scaling.originalContextLength ?? model.contextLength;
  return type === scaling.type && factor === (scaling.factor ?? 1) && original === fileOriginal;
}

function short(factor: number): number {
  return Number(factor.toPrecision(6));
}

/** The plan does without scaling by us: what is written about it is in the way. */
function lintNeedless(input: LintInput): LintFinding[] {
  const { run, model, plan } = input;
  const { rope, slotContext = 0 } = run;
  if (rope.written.length === 0) return [];
  const setting = "rope-scaling";
  const fix = rope.written.map((name) => remove(name));
  if (isFilesOwn(input)) return [];
  const inFile = plan.warnings.find(({ code }) => code === "scaling-in-file");
  const { scaling } = model.rope;
  const isScaled = inFile !== undefined || (scaling?.factor ?? 1) !== 1;
  // What only spells out that nothing is scaled does no harm.
  if (rope.factor === 1 && !isScaled && rope.type !== "yarn") return [];
  if (inFile !== undefined) {
    const message = `${inFile.message}: ${rope.written.map((name) => `--${name}`).join(", ")} would spoil it`;
    return [{ code: "scaling-in-file", severity: "warning", message, setting, fix }];
  }
  if (isScaled) {
    const message = `The file scales by itself (${scaling?.type}, factor ${scaling?.factor}); ${rope.written.map((name) => `--${name}`).join(", ")} replace that`;
    return [{ code: "file-already-scaled", severity: "warning", message, setting, fix }];
  }
  if (rope.factor === 1) return [ineffective(input, fix)];
  const native = model.contextLength ?? 0;
  const family = plan.warnings.find(({ code }) => code === "native-context");
  const why = family?.message ?? "static scaling hurts short texts";
  const message = `${tokens(slotContext)} are within the ${tokens(native)} that need no scaling, and RoPE is scaled by ${short(rope.factor)}: ${why}`;
  return [{ code: "yarn-needless", severity: "warning", message, setting, fix }];
}
