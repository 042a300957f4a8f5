export { checkShardSet, type CheckedShardSet } from "./check-shard-set.ts";
export { freedBytes } from "./disk-room.ts";
export type { DigestOptions } from "./expected-digest.ts";
export type { FileIdentity } from "./file-identity.ts";
export { planMergeFiles, type FileMerge, type MergePlanOptions } from "./file-merge.ts";
export { findShardSet, type FoundShardSet, type SetKind } from "./find-shard-set.ts";
export { joinShards } from "./join-shards.ts";
export { mergeFiles, type MergedFile, type MergeOptions } from "./merge-files.ts";
export type { CopyOptions } from "./output-file.ts";
export { roomNeeded } from "./merge-room.ts";
export type { ShardEvent, ShardFile } from "./shard-event.ts";
export {
  planSplitFile,
  splitFile,
  type SplitFiles,
  type SplitOptions,
  type SplitPlanOptions,
} from "./split-file.ts";
export { unfinishedMerge, type UnfinishedMerge } from "./unfinished-merge.ts";
export { verifyMerged, type OriginalShard } from "./verify-merged.ts";
export {
  verifyShards,
  type VerifiedDigest,
  type VerifiedFile,
  type VerifiedSet,
  type VerifyEvent,
  type VerifyOptions,
} from "./verify-shards.ts";
