export {
  completeShardSet,
  formatShardName,
  parseShardName,
  shardSetNames,
  type ShardName,
  type ShardSet,
} from "@ggufkit/gguf";
export { ShardError, type ShardErrorCode } from "./shard-error.ts";
export {
  findShardProblems,
  type ShardFinding,
  type ShardFindingCode,
  type ShardHeader,
} from "./shard-finding.ts";
