import type { ModelPlan, PlannedFile } from "@ggufkit/hub";
import { type Colours, formatBytes, renderTable } from "@ggufkit/terminal";

import { diskText, renderPlanned } from "./render-facts.ts";

/**
 * What a download would do: a table of its files, then sums, disk and choice, ended by a newline.
 * `projector` is a line on what is left out.
 */
export function renderPlan(
  plan: ModelPlan,
  projector: string | undefined,
  colour: Colours,
): string {
  const { place, files, quantization } = plan;
  const rows = files.map((file) => [file.name, sizeText(file.bytes), stateText(file)]);
  const table = renderTable([["file", "size", "state"], ...rows], {
    align: ["left", "right"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  const facts = [
    ["Total", totalText(plan)],
    ["Merged into", mergedText(plan)],
    ["To fetch", sizeText(plan.fetchBytes)],
    ["Disk", diskText(plan.disk)],
    [quantization === undefined ? "Choice" : "Quantization", choiceText(plan)],
    ["Projector", projector ?? ""],
  ] as const;
  return renderPlanned({ title: place, table, facts }, colour);
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : formatBytes(bytes);
}

function stateText({ state, presentBytes }: PlannedFile): string {
  switch (state) {
    case "present":
      return "present";
    case "partial":
      return `partial, ${formatBytes(presentBytes)} of it there`;
    case "absent":
      return "to fetch";
    default:
      return state satisfies never;
  }
}

function totalText({ files, bytes }: ModelPlan): string {
  return `${sizeText(bytes)} in ${files.length === 1 ? "1 file" : `${files.length} files`}`;
}

function mergedText({ joined }: ModelPlan): string {
  if (joined === undefined) return "";
  return `${joined.path}, ${formatBytes(joined.bytes)}, ${JOINED_STATES[joined.state]}`;
}

const JOINED_STATES = { present: "present", partial: "begun", absent: "to write" } as const;

function choiceText({ quantization, reason }: ModelPlan): string {
  return [quantization, reason].filter(Boolean).join(": ");
}
