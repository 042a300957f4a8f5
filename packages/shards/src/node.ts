export { checkShardSet, type CheckedShardSet } from "./check-shard-set.ts";
export { findShardSet, type FoundShardSet } from "./find-shard-set.ts";
