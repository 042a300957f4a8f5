export { forceThinking } from "./chat/forced-template.ts";
export type { ChatMessage, ContentPart } from "./chat/message.ts";
export { stripThinking, type StripOptions } from "./chat/strip-thinking.ts";
export { THOUGHT_TAGS, type ThoughtTags, thoughtTagsOf } from "./chat/thought-tags.ts";
export { InvalidWishError, RuntimeConfigError, UnplannableModelError } from "./errors.ts";
export type { Gpu, Hardware } from "./hardware/hardware.ts";
export type { LintCode, LintFinding, LintSeverity, Mend } from "./lint/finding.ts";
export { isProblem } from "./lint/finding.ts";
export { fixCommand, lintCommand } from "./lint/lint-command.ts";
export { fixModelfile, lintModelfile } from "./lint/lint-modelfile.ts";
export type { LintOptions } from "./lint/lint-options.ts";
export { fixPresets, lintPresets } from "./lint/lint-presets.ts";
export type { Fixed } from "./lint/lint-report.ts";
export {
  estimateMemory,
  type LayerMemory,
  layerMemory,
  type MemoryEstimate,
} from "./memory/estimate.ts";
export { KV_TYPES, type KvType } from "./memory/kv-type.ts";
export { MAX_CONTEXT, type MemorySettings } from "./memory/settings.ts";
export type { FileSampling, ModelFacts } from "./model/facts.ts";
export {
  FAMILIES,
  type Family,
  recognizeFamily,
  type TaskPrompts,
  taskPrompts,
} from "./model/families.ts";
export type { AttentionCache, LayerCache, RecurrentState } from "./model/layer-cache.ts";
export { modelFacts } from "./model/read-facts.ts";
export type { OtherSampling } from "./model/other-sampling.ts";
export type { LayerWeights, Weights } from "./model/weights.ts";
export { bestKvType, largestContext } from "./placement/fit.ts";
export { placeModel, type Placed } from "./placement/place.ts";
export { longestContext, yarnFactor } from "./plan/context.ts";
export type {
  DeviceMemory,
  Origin,
  Placement,
  PlanWarning,
  RunPlan,
  Sampling,
  Setting,
  ThinkingSetting,
  ThinkingSwitch,
  WarningCode,
  YarnScaling,
} from "./plan/plan.ts";
export { planRun, type Wishes } from "./plan/plan-run.ts";
export {
  type MetadataOverrides,
  nodeLlamaCppOptions,
  type NodeLlamaCppRun,
} from "./targets/node-llama-cpp.ts";
export { quoteFor, type Shell } from "./targets/shell-quote.ts";
export type {
  Loss,
  ModelPlace,
  RuntimeId,
  TargetFile,
  TargetFormat,
  TargetInput,
  TargetOptions,
  TargetRun,
} from "./targets/target.ts";
export { isRuntimeId, renderRun, RUNTIMES } from "./targets/targets.ts";
