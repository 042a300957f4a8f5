import type { ShardEvent } from "@ggufkit/shards/node";
import { formatBytes, formatDuration } from "@ggufkit/terminal";

/** What is done to files, for a line that tells of it. */
export type ShardVerb = "merging" | "splitting into";

/** The line that stays about an event of merging or splitting, if it is news to a reader. Pure. */
export function shardNote(event: ShardEvent): string | undefined {
  switch (event.type) {
    case "over-limit":
      return overLimitText(event);
    case "resumed":
      return `${event.file}: goes on at ${formatBytes(event.done)} of ${formatBytes(event.bytes)}`;
    case "verified":
      return `${event.file}: sha256 verified`;
    case "freed":
      return `${event.file}: merged and removed, ${formatBytes(event.bytes)} freed`;
    default: // these say nothing that a reader waits for, or are told of otherwise
      return undefined;
  }
}

function overLimitText({ files }: Extract<ShardEvent, { type: "over-limit" }>): string {
  const [first] = files;
  return files.length === 1 && first !== undefined
    ? `${first.name} is beyond the limit: one tensor is`
    : `${files.length} shards are beyond the limit: one tensor of each is`;
}

/** The first line: what is about to be done. Pure. */
export function planNote(
  { files, bytes }: Extract<ShardEvent, { type: "planned" }>,
  verb: ShardVerb,
): string {
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return `${verb} ${count}, ${formatBytes(bytes)}`;
}

/** The last line: what was done, or that it had been done before. Pure. */
export function doneNote(
  { file, bytes, seconds }: Extract<ShardEvent, { type: "done" }>,
  state: "written" | "present",
): string {
  const end = state === "present" ? ", already there" : ` in ${formatDuration(seconds)}`;
  return `${file}: ${formatBytes(bytes)}${end}`;
}
