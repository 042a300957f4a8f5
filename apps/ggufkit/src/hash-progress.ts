import { basename } from "node:path";

import { parseShardName } from "@ggufkit/gguf";
import type { HashEvent } from "@ggufkit/gguf/node";
import { singleLine } from "@ggufkit/terminal";

import { lateBar } from "./late-bar.ts";
import type { CommandContext } from "./program.ts";

/** Shows the events of hashing on stderr. */
export interface HashProgress {
  show(event: HashEvent): void;
  end(): void;
}

/** Tells where a file is a shard, and shows a bar where hashing takes a while. */
export function hashProgress(file: string, context: CommandContext): HashProgress {
  const name = basename(file);
  const bar = lateBar(name, context);
  return {
    show(event) {
      if (event.type === "header") noteShard(name);
      else bar.update(event.done, event.total);
    },
    end: () => bar.end(),
  };
}

function noteShard(name: string): void {
  const shard = parseShardName(name);
  if (shard === undefined || shard.splitCount < 2) return;
  const place = `shard ${shard.splitNo + 1} of ${shard.splitCount}`;
  process.stderr.write(`${singleLine(name)} is ${place}: hashing its tensors alone\n`);
}
