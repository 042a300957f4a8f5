import { type Colours, formatBytes, renderTable } from "@ggufkit/terminal";

import type { Inspection } from "./inspection.ts";

/** The tensors of all files as a table in file order, ended by a newline. */
export function renderTensors({ files }: Inspection, colour: Colours): string {
  const rows = files.flatMap(({ gguf }, shard) =>
    gguf.tensors.map(({ name, shape, type, bytes, offset }) => {
      const cells = [name, type, shape.join(" × "), formatBytes(bytes), String(offset)];
      return files.length > 1 ? [...cells, String(shard + 1)] : cells;
    }),
  );
  const header = ["name", "type", "shape", "size", "offset", ...(files.length > 1 ? ["file"] : [])];
  const table = renderTable([header, ...rows], {
    align: ["left", "left", "left", "right", "right", "right"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  return `${colour.bold("Tensors")}\n${table}\n`;
}
