import type { Hardware } from "../hardware/hardware.ts";
import type { RunPlan, Setting } from "./plan.ts";
import { requireWhole } from "./whole-number.ts";

/** llama.cpp's `GGML_MAX_N_THREADS`. */
const MAX_THREADS = 512;

/** One thread a core; more only wait for each other. */
export function planThreads(
  wishes: { threads?: number | undefined; batchThreads?: number | undefined },
  hardware: Hardware,
): RunPlan["threads"] {
  const { threads, batchThreads } = wishes;
  const cores = Math.max(1, Math.min(Math.floor(hardware.cores), MAX_THREADS));
  const generation: Setting<number> =
    threads === undefined
      ? { value: cores, from: "rule", why: "one for each core that the process may use" }
      : asked("threads", threads);
  return {
    generation,
    batch: batchThreads === undefined ? generation : asked("batchThreads", batchThreads),
  };
}

function asked(field: string, value: number): Setting<number> {
  requireWhole(field, value, 1, MAX_THREADS);
  return { value, from: "user", why: "as asked" };
}
