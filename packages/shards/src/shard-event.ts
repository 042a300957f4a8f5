/**
 * What happens while files are merged or split. `file` is a file's name, sizes are in bytes, rates in
 * bytes a second, times in seconds. Readers must let types pass that they do not know.
 */
export type ShardEvent =
  /** All that is going to happen; `copyBytes` are those that an earlier run has not copied already. */
  | { type: "planned"; files: ShardFile[]; bytes: number; copyBytes: number }
  /** Shards that are larger than they may be, since one tensor alone is. */
  | { type: "over-limit"; files: ShardFile[] }
  /** An earlier run that consumed its input was cut short: `done` bytes are merged already. */
  | { type: "resumed"; file: string; done: number; bytes: number }
  /** A file is being read, or written, from now on. */
  | { type: "started"; file: string; bytes: number }
  | { type: "progress"; file: string; done: number; total: number; rate?: number; left?: number }
  /** The file that was read is, as a whole, what the Hub says. */
  | { type: "verified"; file: string; sha256: string }
  /** Its bytes are in the merged file for good, and it was removed. */
  | { type: "freed"; file: string; bytes: number }
  /** It bears its final name. */
  | { type: "done"; file: string; path: string; bytes: number; seconds: number };

/** A file of a set. */
export interface ShardFile {
  name: string;
  bytes: number;
}
