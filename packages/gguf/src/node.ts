export { copyFileRanges, type CopyFileRangesOptions } from "./node/copy-file-ranges.ts";
export { copyRanges, type CopyRange, type CopyRangesOptions } from "./node/copy-ranges.ts";
export { openFile, type FileSource } from "./node/file-source.ts";
export { readGgufFile, readGgufSetFile } from "./node/read-file.ts";
export { checkFileHashes, type ManifestCheckOptions } from "./node/hash-check.ts";
export { hashFile, type HashOptions } from "./node/hash-file.ts";
export { readManifest } from "./node/hash-read-manifest.ts";
export type { HashEvent, HashingOptions } from "./node/hash-tensors.ts";
export type { WorkerOptions } from "./node/hash-workers.ts";
export {
  editFile,
  planFileEdit,
  type EditEvent,
  type EditFileOptions,
  type EditResult,
} from "./node/edit-file.ts";
export { writeGgufFile, type WriteProgress } from "./node/write-gguf-file.ts";
export { syncDirectoryOf, writeAt } from "./node/temporary-file.ts";
