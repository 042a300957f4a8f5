import type { Hardware } from "../hardware/hardware.ts";
import type { KvType } from "../memory/kv-type.ts";
import type { MemorySettings } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import { bestKvType, largestContext } from "../placement/fit.ts";
import { placeModel, type Placed } from "../placement/place.ts";
import { isOver, overText } from "./device-memory.ts";
import type { Placement, PlanWarning, Setting } from "./plan.ts";

/** What is to be fitted to a machine: what the user has fixed stays as it is. */
export type FitRequest = {
  context: Setting<number>;
  kvType: KvType | undefined;
  /** What gives way first where not both can be had: the cache's exactness, or the GPUs' speed. */
  prefer: "speed" | "quality";
  settings: Omit<MemorySettings, "context" | "keyType" | "valueType">;
};

export type Fitted = {
  context: Setting<number>;
  kvType: Setting<KvType>;
  placed: Placed;
  warnings: PlanWarning[];
};

/** A context shorter than it is of little use: below, the plan says that the model does not fit. */
const LEAST_CONTEXT = 2_048;

/**
 * Fits a run to a machine: a full f16 cache if it can be; else a quantised one, else a shorter
 * context, unless the user has asked for these.
 *
 * @throws InvalidWishError for a KV type that llama.cpp has not.
 */
export function fitRun(model: ModelFacts, request: FitRequest, hardware: Hardware): Fitted {
  const kvType = chooseKvType(model, request, hardware);
  const settings: MemorySettings = {
    ...request.settings,
    context: request.context.value,
    keyType: kvType.value,
    valueType: kvType.value,
  };
  const placed = placeModel(model, settings, hardware);
  if (placed.fits) return { context: request.context, kvType, placed, warnings: [] };
  const shorter =
    request.context.from === "user" ? undefined : largestContext(model, settings, hardware);
  if (shorter === undefined || shorter < LEAST_CONTEXT) {
    const message = `The run does not fit: ${placed.devices.filter(isOver).map(overText).join("; ")}`;
    const warnings: PlanWarning[] = [{ code: "does-not-fit", message }];
    return { context: request.context, kvType, placed, warnings };
  }
  const why = `all that the memory holds; without its limit, ${request.context.value} (${request.context.why})`;
  const message = `The context is ${shorter} tokens, not ${request.context.value}: more does not fit into the memory`;
  return {
    context: { value: shorter, from: "rule", why },
    kvType,
    placed: placeModel(model, { ...settings, context: shorter }, hardware),
    warnings: [{ code: "context-reduced", message }],
  };
}

function chooseKvType(
  model: ModelFacts,
  { context, kvType, prefer, settings }: FitRequest,
  hardware: Hardware,
): Setting<KvType> {
  if (kvType !== undefined) {
    return { value: kvType, from: "user", why: "as asked" };
  }
  const full: MemorySettings = {
    ...settings,
    context: context.value,
    keyType: "f16",
    valueType: "f16",
  };
  const onGpu = prefer === "speed" && (hardware.gpus ?? []).length > 0;
  const fast = onGpu ? bestKvType(model, full, hardware, { onGpu }) : undefined;
  const best = fast ?? bestKvType(model, full, hardware);
  if (best === undefined || best === "f16")
    return { value: "f16", from: "rule", why: "the engine's own: no loss of quality" };
  const what = fast === undefined ? "the run fits" : "the whole model stays on the GPUs";
  return { value: best, from: "rule", why: `the best with which ${what}` };
}

/** The placement as settings with their reasons. */
export function placementOf(model: ModelFacts, placed: Placed): Placement {
  const blocks = model.weights.layers.length;
  const { gpuLayers, cpuExpertLayers, layersOfGpu } = placed;
  return {
    gpuLayers: { value: gpuLayers, from: "rule", why: gpuLayersReason(placed, blocks) },
    cpuExpertLayers: {
      value: cpuExpertLayers,
      from: "rule",
      why:
        cpuExpertLayers === 0
          ? "no experts have to leave the GPUs"
          : `the experts of ${cpuExpertLayers} of ${blocks} blocks do not fit on the GPUs; few of them work on a token, so they cost least in main memory`,
    },
    tensorSplit:
      layersOfGpu.length < 2
        ? undefined
        : { value: layersOfGpu, from: "rule", why: "layers that fit on each GPU, in order" },
  };
}

function gpuLayersReason({ gpuLayers }: Placed, blocks: number): string {
  if (gpuLayers === 0) return "no GPU at hand that holds a block";
  if (gpuLayers > blocks) return "all blocks and the output layer have room";
  return `so many of ${blocks} blocks and the output layer have room`;
}
