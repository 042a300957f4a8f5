import { basename } from "node:path";

import { parseShardName } from "@ggufkit/gguf";
import type { HashEvent } from "@ggufkit/gguf/node";
import { singleLine } from "@ggufkit/terminal";
import type { Progress } from "@ggufkit/terminal/progress";

import type { CommandContext } from "./program.ts";

/** Less than this is hashed before anybody could read a bar. */
const LEAST_BYTES_TO_SHOW = 2 ** 28;

/** Shows the events of hashing on stderr. */
export interface HashProgress {
  show(event: HashEvent): void;
  end(): void;
}

/** Tells once where a file is a shard, and shows a bar where hashing takes a while. */
export function hashProgress(file: string, { env }: CommandContext): HashProgress {
  let shown: Promise<Progress> | undefined;
  let bar: Progress | undefined;
  const label = basename(file);
  return {
    show(event) {
      if (event.type === "header") noteShard(label);
      else if (event.total >= LEAST_BYTES_TO_SHOW) {
        // Loaded while the workers hash: it takes longer than a small file does.
        shown ??= import("@ggufkit/terminal/progress").then(
          ({ progress }) => (bar = progress({ env })),
        );
        const { done, total } = event;
        bar?.update({ label, done, total, unit: "bytes" });
      }
    },
    end: () => bar?.end(),
  };
}

function noteShard(name: string): void {
  const shard = parseShardName(name);
  if (shard === undefined || shard.splitCount < 2) return;
  const place = `shard ${shard.splitNo + 1} of ${shard.splitCount}`;
  process.stderr.write(`${singleLine(name)} is ${place}: hashing its tensors alone\n`);
}
