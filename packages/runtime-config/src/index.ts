export { MAX_CONTEXT, yarnFactor } from "./context.ts";
export { InvalidWishError, RuntimeConfigError } from "./errors.ts";
export { FAMILIES, type Family, recognizeFamily } from "./families.ts";
export { type LlamaServerOptions, type LlamaServerRun, renderLlamaServer } from "./llama-server.ts";
export type { FileRopeScaling, ModelFacts } from "./model.ts";
export {
  type MetadataOverrides,
  type NodeLlamaCppRun,
  renderNodeLlamaCpp,
} from "./node-llama-cpp.ts";
export type {
  Origin,
  PlanWarning,
  RunPlan,
  Sampling,
  Setting,
  ThinkingSetting,
  WarningCode,
  YarnScaling,
} from "./plan.ts";
export { type Hardware, type Wishes, planRun } from "./plan-run.ts";
