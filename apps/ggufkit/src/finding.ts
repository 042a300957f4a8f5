import { basename } from "node:path/posix";
import { parseShardName, type Finding as FileFinding, type Gguf } from "@ggufkit/gguf";
import { findShardProblems, type ShardFinding, shardFindingText } from "@ggufkit/shards";
import { type Colours, singleLine } from "@ggufkit/terminal";

/** Something that is wrong with a file or with its set, or unusual. */
export interface Finding {
  readonly severity: FileFinding["severity"];
  readonly code: FileFinding["code"] | ShardFinding["code"];
  /** What and where, on one line. */
  readonly message: string;
  readonly expected?: FileFinding["expected"];
  readonly got?: FileFinding["got"];
  readonly tensor?: FileFinding["tensor"];
  /** File name of the shard that lacks or is at odds with its set. */
  readonly shard?: string;
  /** File name of a shard that has the same in it. */
  readonly other?: string;
}

/** What is wrong with a set: shards that are not there, or shards that do not belong together. */
export function setFindings(
  files: readonly { readonly path: string; readonly gguf: Gguf | undefined }[],
  missing: readonly string[],
): Finding[] {
  if (missing.length > 0) return missing.map(missingShard);
  const headers = files.map(({ path, gguf }) => ({ name: basename(path), gguf }));
  if (isLaterShard(headers)) return [];
  return findShardProblems(headers)
    .filter(({ code }) => !OF_ONE_FILE.has(code))
    .map(shardFinding);
}

/** One that was named by itself: nobody has looked whether the others are there. */
function isLaterShard([first, ...others]: readonly { readonly name: string }[]): boolean {
  return others.length === 0 && (parseShardName(first?.name ?? "")?.splitNo ?? 0) > 0;
}

/** What keeps a file from being merged, which the validation of the file tells of by itself. */
const OF_ONE_FILE: ReadonlySet<ShardFinding["code"]> = new Set([
  "tensor-name",
  "tensor-offset",
  "tensor-end",
]);

function missingShard(shard: string): Finding {
  return shardFinding({ code: "missing-shard", shard, expected: "a file", got: undefined });
}

/** What is wrong with a set, as findings of files are told. */
export function shardFinding(problem: ShardFinding): Finding {
  return { severity: "error", ...problem, message: shardFindingText(problem) };
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

/** A finding on one line: severity, code and message. */
export function findingLine(found: Finding, colour: Colours): string {
  const label = tinted(found, SEVERITY_LABELS[found.severity].toLowerCase().padEnd(7), colour);
  return `${label}  ${colour.dim(found.code)}  ${singleLine(found.message)}`;
}
