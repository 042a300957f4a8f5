import { shardFindingText } from "./shard-finding-text.ts";
import type { ShardFinding } from "./shard-finding.ts";

/** Stable names of everything that this package fails with. */
export type ShardErrorCode =
  // the files
  | "bad-set"
  | "bad-tensor"
  | "is-shard"
  // what was asked for
  | "bad-limit"
  | "too-many-shards"
  | "headers-too-large"
  | "not-a-shard"
  | "is-input"
  | "file-exists"
  // the machine
  | "cannot-read-directory"
  | "cannot-write"
  | "no-space"
  | "busy"
  | "file-changed"
  | "unfinished-merge";

/** The base of all errors of this package. What is wrong with a set is a finding as long as it can be. */
export class ShardError extends Error {
  override readonly name: string = "ShardError";
  readonly code: ShardErrorCode;
  readonly path: string;

  constructor(code: ShardErrorCode, path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.code = code;
    this.path = path;
  }
}

// Of a set that is none there may be as many as shards.
const MOST_TOLD = 8;

/** Files that cannot be merged, since they are no whole set. */
export class ShardSetError extends ShardError {
  override readonly name = "ShardSetError";
  readonly findings: readonly ShardFinding[];

  constructor(path: string, findings: readonly ShardFinding[], options?: ErrorOptions) {
    super("bad-set", path, problemOf(findings), options);
    this.findings = findings;
  }
}

function problemOf(findings: readonly ShardFinding[]): string {
  if (findings.length === 0) return "there are no shards";
  const told = findings.slice(0, MOST_TOLD).map(shardFindingText);
  const left = findings.length - told.length;
  const more = left > 0 ? [`and ${left} more`] : [];
  return `not a whole set: ${[...told, ...more].join("; ")}`;
}
