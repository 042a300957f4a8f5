import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan } from "../plan/plan.ts";

/** GPUs that hold a part of the model. */
export function gpusOf({ placement }: RunPlan): number {
  const { gpuLayers, tensorSplit } = placement;
  if (gpuLayers.value === 0) return 0;
  return tensorSplit?.value.filter((part) => part > 0).length ?? 1;
}

/** Whether the GPUs hold all blocks with all their experts. */
export function isWholeOnGpus(model: ModelFacts, { placement }: RunPlan): boolean {
  const { gpuLayers, cpuExpertLayers } = placement;
  return gpuLayers.value > model.weights.layers.length && cpuExpertLayers.value === 0;
}

/** Whether some GPU gets more than its equal part; the output layer alone makes no difference. */
export function isUneven({ placement }: RunPlan): boolean {
  const parts = placement.tensorSplit?.value ?? [0];
  return Math.max(...parts) - Math.min(...parts) > 1;
}
