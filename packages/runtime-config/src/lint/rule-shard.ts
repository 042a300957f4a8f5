import { formatShardName, parseShardName } from "@ggufkit/gguf";

import { type LintFinding, setTo } from "./finding.ts";
import type { LlamaSettings } from "./llama-settings.ts";
import { valueOf } from "./llama-settings.ts";

/** A split model is loaded by its first shard, which finds the others. */
export function lintShard(settings: LlamaSettings): LintFinding[] {
  const setting = "model";
  const path = valueOf(settings, setting);
  const first = path === undefined ? undefined : firstShard(path);
  if (path === undefined || first === undefined) return [];
  const message = `--${setting}: expected the first shard, which llama.cpp finds the others by, got ${path}`;
  return [
    { code: "later-shard", severity: "error", message, setting, fix: [setTo(setting, first)] },
  ];
}

/** The first shard of a later one's set; undefined for all else. */
function firstShard(path: string): string | undefined {
  const shard = parseShardName(path);
  if (shard === undefined || shard.splitNo === 0) return undefined;
  return formatShardName(shard.prefix, 0, shard.splitCount);
}
