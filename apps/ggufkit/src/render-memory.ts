import type { Hardware, ModelFacts } from "@ggufkit/runtime-config";
import { type Colours, formatMemory, renderTable, singleLine } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import type { Combination } from "./memory-combinations.ts";

/** What `ggufkit memory` shows. */
export interface MemoryView {
  readonly path: string;
  readonly facts: ModelFacts;
  readonly rows: readonly Combination[];
  readonly machine: Hardware;
}

/** Columns that the longest bar of the chart takes. */
const CHART_WIDTH = 48;

/** A table of the combinations and a chart of their sums, ended by a newline. */
export function renderMemory(view: MemoryView, colour: Colours): string {
  const { facts, path } = view;
  const title = `${singleLine(facts.name ?? path)}, ${facts.quantization ?? facts.architecture}`;
  return `${[title, "", table(view, colour), "", ...chart(view, colour)].join("\n")}\n`;
}

function table({ rows, facts }: MemoryView, colour: Colours): string {
  const blocks = facts.weights.layers.length;
  const isPlaced = rows.some(({ placed }) => placed !== undefined);
  const head = ["context", "KV type", "weights", "KV cache", "compute", "total"];
  const cells = rows.map((row) => [
    grouped(row.ctx),
    row.kvType,
    formatMemory(row.weightsBytes),
    formatMemory(row.kvBytes),
    formatMemory(row.computeBytes),
    formatMemory(row.totalBytes),
    ...(isPlaced ? [placedText(row, blocks)] : []),
  ]);
  return renderTable([isPlaced ? [...head, "placement"] : head, ...cells], {
    align: ["right", "left", "right", "right", "right", "right", "left"],
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
}

function placedText({ placed }: Combination, blocks: number): string {
  if (placed === undefined) return "";
  if (!placed.fits) return "does not fit";
  if (placed.gpuLayers === 0) return "all in RAM";
  if (placed.gpuLayers <= blocks) return `${placed.gpuLayers} of ${blocks + 1} layers on GPUs`;
  const { cpuExpertLayers } = placed;
  return cpuExpertLayers === 0
    ? "all on GPUs"
    : `experts of ${cpuExpertLayers} ${cpuExpertLayers === 1 ? "block" : "blocks"} in RAM`;
}

/**
 * A bar for each combination, weights darker than what the context adds, with a line where the memory
 * of the GPUs and the RAM ends.
 */
function chart({ rows, machine }: MemoryView, colour: Colours): string[] {
  const limits = limitsOf(machine);
  const most = Math.max(
    ...rows.map(({ totalBytes }) => totalBytes),
    ...limits.map(({ bytes }) => bytes),
  );
  const column = (bytes: number): number => Math.round((bytes / most) * CHART_WIDTH);
  const marks = new Set(limits.map(({ bytes }) => column(bytes)));
  const widest = Math.max(...rows.map(({ ctx }) => grouped(ctx).length));
  const bars = rows.map(({ ctx, kvType, weightsBytes, totalBytes }, index) => {
    const isFirst = rows[index - 1]?.ctx !== ctx;
    const label = `${(isFirst ? grouped(ctx) : "").padStart(widest)} ${kvType.padEnd(6)}`;
    const drawn = bar(column(weightsBytes), column(totalBytes), marks);
    return `${label} ${drawn} ${formatMemory(totalBytes)}`;
  });
  const legend = limits.map(({ name, bytes }) => colour.dim(`│ ${name}: ${formatMemory(bytes)}`));
  return [...bars, colour.dim("█ weights  ▒ KV cache and compute"), ...legend];
}

function bar(weights: number, total: number, marks: ReadonlySet<number>): string {
  return Array.from({ length: CHART_WIDTH + 1 }, (_, at) => {
    if (marks.has(at)) return "│";
    return at < weights ? "█" : at < total ? "▒" : " ";
  }).join("");
}

/** The first GPU, the first two and so on; then with the main memory. */
function limitsOf({ gpus = [], memoryBytes }: Hardware): { name: string; bytes: number }[] {
  let sum = 0;
  const limits = gpus.map((gpu, index) => {
    sum += gpu.memoryBytes;
    return { name: index === 0 ? "1 GPU" : `${index + 1} GPUs`, bytes: sum };
  });
  if (memoryBytes === undefined) return limits;
  const name = gpus.length === 0 ? "RAM" : "GPUs and RAM";
  return [...limits, { name, bytes: sum + memoryBytes }];
}
