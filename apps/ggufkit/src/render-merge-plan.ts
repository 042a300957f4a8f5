import type { FileMerge } from "@ggufkit/shards/node";
import { type Colours, formatBytes, renderTable } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import { type DiskRoom, diskText, renderPlanned } from "./render-facts.ts";

/** A merge and the file that it goes to. */
export interface PlannedMerge {
  /** Absolute. */
  readonly out: string;
  /** Whether the files are removed, each once it is merged. */
  readonly isConsuming: boolean;
  readonly merge: FileMerge;
  readonly disk: DiskRoom;
}

/** What a merge would do: a table of the files, then what they are merged to. Ended by a newline. */
export function renderMergePlan(planned: PlannedMerge, colour: Colours): string {
  const { out, isConsuming, merge, disk } = planned;
  const { kind, plan } = merge;
  const rows = plan.inputs.map((input) => {
    const tensors = "tensors" in input ? [grouped(input.tensors)] : [];
    return [input.name, formatBytes(input.bytes ?? 0), ...tensors];
  });
  const header = kind === "shards" ? ["shard", "size", "tensors"] : ["piece", "size"];
  const table = renderTable([header, ...rows], {
    align: ["left", "right", "right"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  const facts = [
    ["Result", resultText(merge)],
    ["Tensors", "gguf" in plan ? grouped(plan.gguf.tensors.length) : ""],
    ["Copies", copiesText(plan.copies.length)],
    ["Disk", diskText(disk)],
    ["Removed", isConsuming ? `each ${header[0]} once it is merged` : ""],
  ] as const;
  return renderPlanned({ title: out, table, facts }, colour);
}

function resultText({ plan }: FileMerge): string {
  const size = formatBytes(plan.fileSize);
  if (!("gguf" in plan)) return size;
  const { dataOffset, alignment } = plan.gguf;
  return `${size}, ${formatBytes(dataOffset)} of it header, alignment ${alignment}`;
}

/** How many ranges of bytes are copied. */
export function copiesText(copies: number): string {
  return copies === 1 ? "1 range of bytes" : `${grouped(copies)} ranges of bytes`;
}
