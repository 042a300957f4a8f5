import { progressEvent, rateMeter } from "@ggufkit/hub/files";
import type { ShardEvent } from "./shard-event.ts";

/** Counts what is copied into one file, or out of one, and tells how far it is. */
export interface CopyProgress {
  readonly add: (bytes: number) => void;
  readonly event: () => Extract<ShardEvent, { type: "progress" }>;
}

/** `done` bytes of `total` are copied already, and do not count for the rate. */
export function copyProgress(file: string, total: number, done = 0): CopyProgress {
  let copied = done;
  const meter = rateMeter(done);
  return {
    add: (bytes) => void (copied += bytes),
    event: () => ({ ...progressEvent(file, copied, total, meter.rate(copied)), total }),
  };
}
