import type { SplitPlan } from "@ggufkit/shards";
import { type Colours, formatBytes, renderTable } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import { type DiskRoom, diskText, renderPlanned } from "./render-facts.ts";
import { copiesText } from "./render-merge-plan.ts";

/** A split and where its shards go. */
export interface PlannedSplit {
  /** As typed. */
  readonly file: string;
  /** Absolute paths of the shards. */
  readonly paths: readonly string[];
  readonly plan: SplitPlan;
  readonly disk: DiskRoom;
}

/** What a split would do: a table of the shards, then sums. Ended by a newline. */
export function renderSplitPlan({ file, plan, disk }: PlannedSplit, colour: Colours): string {
  const { shards } = plan;
  const rows = shards.map(({ name, fileSize, gguf, isOverLimit }) => {
    const cells = [name, formatBytes(fileSize), grouped(gguf.tensors.length)];
    return isOverLimit ? [...cells, "beyond the limit: one tensor"] : cells;
  });
  const table = renderTable([["shard", "size", "tensors"], ...rows], {
    align: ["left", "right", "right"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  const copies = shards.reduce((sum, shard) => sum + shard.copies.length, 0);
  const facts = [
    ["Result", resultText(plan)],
    ["Copies", copiesText(copies)],
    ["Disk", diskText(disk)],
  ] as const;
  return renderPlanned({ title: file, table, facts }, colour);
}

function resultText({ shards, input }: SplitPlan): string {
  const bytes = shards.reduce((sum, { fileSize }) => sum + fileSize, 0);
  const count = shards.length === 1 ? "1 shard" : `${grouped(shards.length)} shards`;
  return `${count}, ${formatBytes(bytes)}, ${grouped(input.tensors)} tensors`;
}
