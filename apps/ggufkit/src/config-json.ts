import type { RunPlan, Setting, TargetRun } from "@ggufkit/runtime-config";

/** A plan and its text for a runtime as one document: plain values, and the reasons beside them. */
export function configJson(plan: RunPlan, run: TargetRun): object {
  const { rope, memory, placement } = plan;
  return {
    runtime: run.runtime,
    architecture: plan.architecture,
    family: plan.family,
    ctx: plan.context.value,
    parallel: plan.parallel.value,
    rope: rope?.value ?? { type: "none", factor: 1, originalContext: undefined },
    kvType: plan.kvType.value,
    flashAttention: plan.flashAttention.value,
    placement: {
      gpuLayers: placement.gpuLayers.value,
      cpuExpertLayers: placement.cpuExpertLayers.value,
      tensorSplit: placement.tensorSplit?.value,
    },
    batch: { logical: plan.batch.logical.value, physical: plan.batch.physical.value },
    threads: { generation: plan.threads.generation.value, batch: plan.threads.batch.value },
    sampling: Object.fromEntries(
      Object.entries(plan.sampling).map(([name, setting]) => [name, setting.value]),
    ),
    seed: plan.seed?.value,
    thinking: plan.thinking.value,
    outputTokens: plan.outputTokens.value,
    stop: plan.stop.value,
    prompts: plan.prompts,
    memory,
    reasons: Object.fromEntries(
      planSettings(plan).map(({ name, setting }) => [
        name,
        { from: setting.from, why: setting.why },
      ]),
    ),
    warnings: plan.warnings,
    losses: run.losses,
    before: run.before,
    files: run.files,
    text: run.text,
  };
}

/** The settings of a plan by name, in the order in which they are explained. */
export function planSettings(plan: RunPlan): { name: string; setting: Setting<unknown> }[] {
  const { placement, batch, threads } = plan;
  const named: [string, Setting<unknown> | undefined][] = [
    ["ctx", plan.context],
    ["parallel", plan.parallel],
    ["rope", plan.rope],
    ["kvType", plan.kvType],
    ["flashAttention", plan.flashAttention],
    ["gpuLayers", placement.gpuLayers],
    ["cpuExpertLayers", placement.cpuExpertLayers],
    ["tensorSplit", placement.tensorSplit],
    ["batch.logical", batch.logical],
    ["batch.physical", batch.physical],
    ["threads.generation", threads.generation],
    ["threads.batch", threads.batch],
    ...Object.entries(plan.sampling).map(([name, setting]): [string, Setting<number>] => [
      `sampling.${name}`,
      setting,
    ]),
    ["seed", plan.seed],
    ["thinking", plan.thinking],
    ["outputTokens", plan.outputTokens],
    ["stop", plan.stop],
  ];
  return named.flatMap(([name, setting]) => (setting === undefined ? [] : [{ name, setting }]));
}
