import { quoted } from "@ggufkit/gguf";
import type { ShardFinding } from "./shard-finding.ts";
import { tensorProblemText } from "./tensor-problem.ts";

/** A finding as a sentence that names the shard, without a full stop. */
export function shardFindingText(finding: ShardFinding): string {
  const { code, shard, expected, got, other = "", tensor = "" } = finding;
  switch (code) {
    case "missing-shard":
      return `${shard} is missing`;
    case "unreadable-shard":
      return unreadable(shard, String(got));
    case "shard-name":
      return misplaced(shard, expected);
    case "same-shard":
      return `${shard} is a copy of ${other}`;
    case "duplicate-tensor":
      return `${shard} has ${tensors(Number(got), tensor)} that ${other} has too`;
    case "split-no":
      return `${shard}: ${keyed("split.no", finding)}${numbered(finding)}`;
    case "split-count":
      return `${shard}: ${keyed("split.count", finding)}`;
    case "split-tensors-count":
      return `${shard}: ${keyed("split.tensors.count", finding)}`;
    case "architecture":
      return `${shard}: ${architecture(finding)}`;
    case "byte-order":
      return `${shard} is in ${got}-endian byte order, the first shard in ${expected}-endian`;
    case "tensor-name":
    case "tensor-offset":
    case "tensor-end":
      return `${shard}: ${tensorProblemText({ code, tensor, expected, got })}`;
    case "sha256":
      return `${shard}: the sha256 is ${got}, expected ${expected}`;
    case "not-a-piece":
      return `${shard} is ${got}, expected ${expected}`;
    case "file-size":
      return `${shard} has ${got} bytes, expected ${expected}`;
    case "merged-header":
      return `${shard} has another header than these shards merge to`;
    default:
      return code satisfies never;
  }
}

/** Errors of a reader begin with the file's path already. */
function unreadable(shard: string, reason: string): string {
  return reason.includes(shard) ? reason : `${shard} cannot be read: ${reason}`;
}

function misplaced(shard: string, expected: ShardFinding["expected"]): string {
  return expected === undefined
    ? `${shard} is no shard of the first one's set`
    : `${shard} stands where ${expected} belongs`;
}

function tensors(count: number, first: string): string {
  return count === 1 ? `a tensor ${quoted(first)}` : `${count} tensors (${quoted(first)}, …)`;
}

function keyed(key: string, { expected, got }: ShardFinding): string {
  if (got === undefined) return `has no ${key}, expected ${expected}`;
  return expected === undefined
    ? `${key} is ${got}, the others have none`
    : `${key} is ${got}, expected ${expected}`;
}

/** `split.no` counts from 0 and names from 1, which confuses whoever reads it. */
function numbered({ got }: ShardFinding): string {
  return typeof got === "number" ? ` (it is shard ${got + 1} by its own account)` : "";
}

function architecture({ expected, got }: ShardFinding): string {
  if (got === undefined) return "has no general.architecture, nor any other key of a model";
  const own = `general.architecture is ${quoted(String(got))}`;
  if (expected === undefined) return `${own}, the first shard has none`;
  return `${own}, expected ${quoted(String(expected))}`;
}
