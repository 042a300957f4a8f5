import type { FileSampling } from "../model/facts.ts";
import type { Sampling } from "../plan/plan.ts";
import { type LlamaSettings, numberOf } from "./llama-settings.ts";
import type { GivenSampling } from "./rule-sampling.ts";

/** Defaults of `common_params_sampling`, build 0c1e570. */
const DEFAULTS: Sampling = {
  temperature: 0.8,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  presencePenalty: 0,
  repeatPenalty: 1,
};

const NAMES: GivenSampling["names"] = {
  temperature: "temp",
  topK: "top-k",
  topP: "top-p",
  minP: "min-p",
  presencePenalty: "presence-penalty",
  repeatPenalty: "repeat-penalty",
};

/** llama.cpp's own values give way to the file's `general.sampling.*`. */
export function llamaSampling(settings: LlamaSettings, inFile: FileSampling): GivenSampling {
  const entries = Object.entries(NAMES).flatMap(([name, setting]) => {
    const value = numberOf(settings, setting);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    given: Object.fromEntries(entries),
    defaults: { ...DEFAULTS, ...inFile },
    names: NAMES,
    prefix: "--",
    runtime: "llama.cpp",
  };
}
