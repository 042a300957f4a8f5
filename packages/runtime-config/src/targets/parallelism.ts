import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan } from "../plan/plan.ts";
import { requireWhole } from "../plan/whole-number.ts";
import { gpusOf } from "./gpus.ts";
import type { TargetOptions } from "./target.ts";

/** How vLLM and SGLang share a model out: each layer over GPUs, or some of the layers to each. */
export type Parallelism = {
  hosts: number;
  /** Of each host. */
  gpus: number;
  /** GPUs that share each layer. */
  tensor: number;
  /** Groups of GPUs that hold layers one after the other. */
  pipeline: number;
};

/** A slip of the keyboard beyond it; the largest clusters that serve one model have some dozens. */
const MAX_HOSTS = 1_024;

/**
 * Tensor parallelism within a host, pipeline parallelism between hosts, since the first needs much
 * faster links. GPUs whose number does not divide the attention heads hold layers each of their own.
 *
 * @throws InvalidWishError for a number of hosts that makes no sense.
 */
export function parallelismOf(
  model: ModelFacts,
  plan: RunPlan,
  { hosts = 1 }: TargetOptions,
): Parallelism {
  requireWhole("hosts", hosts, 1, MAX_HOSTS);
  const gpus = Math.max(1, gpusOf(plan));
  const heads = typeof model.heads === "number" ? [model.heads] : (model.heads ?? []);
  const divides = heads.every((count) => count % gpus === 0);
  return divides
    ? { hosts, gpus, tensor: gpus, pipeline: hosts }
    : { hosts, gpus, tensor: 1, pipeline: gpus * hosts };
}
