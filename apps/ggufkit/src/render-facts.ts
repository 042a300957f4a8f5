import { type Colours, formatBytes, singleLine } from "@ggufkit/terminal";

const LABEL_WIDTH = 14;

/** Room on the file system of a directory, in bytes. */
export interface DiskRoom {
  readonly directory: string;
  readonly needed: number;
  readonly available: number;
}

/**
 * A plan for people: its title, a table, and a line for each fact that is not "". Ended by a newline.
 */
export function renderPlanned(
  {
    title,
    table,
    facts,
  }: {
    readonly title: string;
    readonly table: string;
    readonly facts: readonly (readonly [label: string, text: string])[];
  },
  colour: Colours,
): string {
  const lines = facts.flatMap(([label, text]) =>
    text === "" ? [] : [colour.dim(label.padEnd(LABEL_WIDTH)) + singleLine(text)],
  );
  return `${[colour.bold(singleLine(title)), "", table, "", ...lines].join("\n")}\n`;
}

/** What of a disk is needed and what is free, in words. */
export function diskText({ directory, needed, available }: DiskRoom): string {
  return `${formatBytes(needed)} needed, ${formatBytes(available)} free in ${directory}`;
}
