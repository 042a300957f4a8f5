import type { RunPlan, Sampling } from "../plan/plan.ts";
import { type LintFinding, setTo } from "./finding.ts";

/** What a runtime is told about sampling, and what it does by itself. */
export type GivenSampling = {
  given: Partial<Sampling>;
  /** What holds where nothing is given. */
  defaults: Sampling;
  /** The runtime's names. */
  names: Readonly<Record<keyof Sampling, string>>;
  /** As names are written, such as `--temp`. */
  prefix: string;
  /** Who has the defaults. */
  runtime: string;
};

/** Samplers against what the file or the model's makers say. */
export function lintSampling(plan: RunPlan, sampling: GivenSampling): LintFinding[] {
  const names = Object.keys(sampling.names) as (keyof Sampling)[];
  return names.flatMap((name) => {
    if (sampling.given[name] === undefined) return lintMissing(plan, sampling, name);
    const greedy = lintGreedy(plan, sampling, name);
    return greedy.length > 0 ? greedy : lintGiven(plan, sampling, name);
  });
}

function lintMissing(
  { sampling: planned }: RunPlan,
  { defaults, names, prefix, runtime }: GivenSampling,
  name: keyof Sampling,
): LintFinding[] {
  const { value, from, why } = planned[name];
  const setting = names[name];
  // Nobody recommends anything: the runtime's own is as good.
  if (value === defaults[name] || from === "rule") return [];
  const fix = [setTo(setting, value)];
  if (name === "presencePenalty") {
    const message = `${prefix}${setting} is missing: ${value} is recommended (${why})`;
    return [{ code: "presence-penalty-missing", severity: "note", message, setting, fix }];
  }
  const message = `${prefix}${setting} is missing, and ${runtime}'s own ${defaults[name]} holds: expected ${value} (${why})`;
  return [{ code: "sampling-default-bites", severity: "warning", message, setting, fix }];
}

/** Temperature 0 and top-k 1 both leave no choice. */
function lintGreedy(
  { sampling: planned, thinking }: RunPlan,
  { given, names, prefix }: GivenSampling,
  name: keyof Sampling,
): LintFinding[] {
  const value = given[name];
  const isGreedy = (name === "temperature" && value === 0) || (name === "topK" && value === 1);
  if (!isGreedy || !thinking.value) return [];
  const setting = names[name];
  const message = `${prefix}${setting} ${value} is greedy decoding, which leads a thinking model to endless repetition: expected ${planned[name].value} (${planned[name].why})`;
  const fix = [setTo(setting, planned[name].value)];
  return [{ code: "greedy-thinking", severity: "warning", message, setting, fix }];
}

function lintGiven(
  { sampling: planned }: RunPlan,
  { given, names, prefix }: GivenSampling,
  name: keyof Sampling,
): LintFinding[] {
  const { value, from, why } = planned[name];
  if (given[name] === value || from === "rule") return [];
  const setting = names[name];
  const message = `${prefix}${setting} ${given[name]}: ${value} is recommended (${why})`;
  const fix = [setTo(setting, value)];
  return [{ code: "sampling-differs", severity: "note", message, setting, fix }];
}
