export {
  completeShardSet,
  formatShardName,
  parseShardName,
  shardSetNames,
  type ShardName,
  type ShardSet,
} from "@ggufkit/gguf";
export type { FilePlan, RangeCopy } from "./file-plan.ts";
export {
  planMerge,
  type MergePlan,
  type NamedGguf,
  type PlanMergeOptions,
  type PlannedInput,
} from "./merge-plan.ts";
export type { OutputPlan } from "./output-plan.ts";
export { completePieces, parsePieceName, type PieceName, type PieceSet } from "./piece-name.ts";
export { planPieces, type PiecePlan, type PlannedPiece } from "./piece-plan.ts";
export { ShardError, ShardSetError, type ShardErrorCode } from "./shard-error.ts";
export { shardFindingText } from "./shard-finding-text.ts";
export {
  findShardProblems,
  type ShardFinding,
  type ShardFindingCode,
  type ShardHeader,
} from "./shard-finding.ts";
export {
  planSplit,
  type PlannedShard,
  type PlanSplitOptions,
  type SplitLimit,
  type SplitPlan,
} from "./split-plan.ts";
