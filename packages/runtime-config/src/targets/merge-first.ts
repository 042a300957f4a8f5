import { basename } from "./base-name.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { TargetInput } from "./target.ts";

/** For runtimes that read one file only: its path, and the merge that comes first where it is split. */
export function mergeFirst({ place, options }: TargetInput): {
  path: string;
  before: readonly string[];
} {
  if (place.shards === 1) return { path: place.path, before: [] };
  const path = `${basename(place.path)}.gguf`;
  const merge = ["ggufkit", "merge", place.path, path];
  return { path, before: [quoteCommand(options.shell ?? "posix", merge)] };
}
