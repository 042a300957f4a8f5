import type { OtherSampling } from "../model/other-sampling.ts";
import type { PlanWarning } from "./plan.ts";

/** Characters. */
const MOST_SHOWN = 60;

/** In llama.cpp these switch a sampler off, and what belongs to it has no effect. */
const OFF: readonly { key: string; value: number; with: readonly string[] }[] = [
  { key: "xtc_probability", value: 0, with: ["xtc_threshold"] },
  { key: "mirostat", value: 0, with: ["mirostat_tau", "mirostat_eta"] },
];

/**
 * Tells of samplers that a file sets and a plan does not carry (`xtc_*`, `mirostat*`,
 * `penalty_last_n`, `sequence`): llama.cpp applies them by itself, no other engine does.
 */
export function warnAboutFileSampling(others: readonly OtherSampling[]): PlanWarning[] {
  const off = OFF.filter(({ key, value }) => isSetTo(others, key, value));
  const silent = new Set(off.flatMap((sampler) => [sampler.key, ...sampler.with]));
  const active = others.filter(({ key }) => !silent.has(key));
  if (active.length === 0) return [];
  const list = active
    .map(({ key, value }) => `general.sampling.${key} = ${shown(value)}`)
    .join(", ");
  const effects = effectsOf(active);
  const message = `The file sets ${list}, which this plan does not carry: llama.cpp applies it by itself, other engines do not${effects}`;
  return [{ code: "sampling-in-file", message }];
}

function effectsOf(active: readonly OtherSampling[]): string {
  const has = (name: string): boolean => active.some(({ key }) => key === name);
  if (has("mirostat")) return ". Mirostat there replaces all samplers but the temperature";
  if (has("sequence")) return ". Samplers that the sequence leaves out have no effect there";
  if (isSetTo(active, "penalty_last_n", 0))
    return ". Penalties over the last 0 tokens have no effect";
  return "";
}

function isSetTo(others: readonly OtherSampling[], name: string, value: number): boolean {
  return others.some((other) => other.key === name && Number(other.value) === value);
}

/** Metadata may be of any length, and hold line ends. */
function shown(value: string): string {
  if (value.length > MOST_SHOWN) return `${JSON.stringify(value.slice(0, MOST_SHOWN))}…`;
  return Number.isNaN(Number(value)) ? JSON.stringify(value) : value;
}
