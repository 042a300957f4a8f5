import type { ModelPlan, PlannedFile } from "@ggufkit/hub";
import { type Colours, formatBytes, renderTable, singleLine } from "@ggufkit/terminal";

const LABEL_WIDTH = 14;

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
    ["To fetch", sizeText(plan.fetchBytes)],
    ["Disk", diskText(plan)],
    [quantization === undefined ? "Choice" : "Quantization", choiceText(plan)],
    ["Projector", projector ?? ""],
  ] as const;
  const lines = facts.flatMap(([label, text]) =>
    text === "" ? [] : [colour.dim(label.padEnd(LABEL_WIDTH)) + singleLine(text)],
  );
  return `${[colour.bold(singleLine(place)), "", table, "", ...lines].join("\n")}\n`;
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

function choiceText({ quantization, reason }: ModelPlan): string {
  return [quantization, reason].filter(Boolean).join(": ");
}

function diskText({ disk }: ModelPlan): string {
  const { directory, needed, available } = disk;
  return `${formatBytes(needed)} needed, ${formatBytes(available)} free in ${directory}`;
}
