import { basename } from "node:path/posix";
import type { Finding as FileFinding, Gguf } from "@ggufkit/gguf";
import { findShardProblems, type ShardFinding } from "@ggufkit/shards";
import type { Colours } from "@ggufkit/terminal";

/** Something that is wrong with a file or with its set, or unusual. */
export interface Finding {
  readonly severity: FileFinding["severity"];
  readonly code: FileFinding["code"] | ShardFinding["code"];
  /** What and where, on one line. */
  readonly message: string;
  readonly expected?: FileFinding["expected"];
  readonly got?: FileFinding["got"];
  /** File name of the shard that lacks or is at odds with its set. */
  readonly shard?: string;
}

/** What is wrong with a set: shards that are not there, or shards that do not belong together. */
export function setFindings(
  files: readonly { readonly path: string; readonly gguf: Gguf | undefined }[],
  missing: readonly string[],
): Finding[] {
  if (missing.length > 0) return missing.map(missingShard);
  const headers = files.map(({ path, gguf }) => ({ name: basename(path), gguf }));
  return findShardProblems(headers).map((problem) => {
    const { code, shard, expected, got } = problem;
    const message = `${shard}: ${code}: expected ${expected ?? "none"}, got ${got ?? "none"}`;
    return { severity: "error", code, shard, expected, got, message };
  });
}

function missingShard(shard: string): Finding {
  const message = `missing: ${shard}`;
  return { severity: "error", code: "missing-shard", shard, expected: "a file", message };
}

/** A severity as people read it. */
export const SEVERITY_LABELS: Readonly<Record<Finding["severity"], string>> = {
  error: "Error",
  warning: "Warning",
  info: "Note",
};

/** In the colour of its severity. */
export function tinted({ severity }: Finding, text: string, colour: Colours): string {
  if (severity === "error") return colour.red(text);
  return severity === "warning" ? colour.yellow(text) : colour.dim(text);
}
