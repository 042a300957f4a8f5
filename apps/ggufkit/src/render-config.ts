import type { RunPlan } from "@ggufkit/runtime-config";
import { type Colours, renderTable, singleLine } from "@ggufkit/terminal";

import { planSettings } from "./config-json.ts";

/** Each setting with its value and its reason on a line, ended by an empty line. */
export function renderExplanation(plan: RunPlan, colour: Colours): string {
  const rows = planSettings(plan).map(({ name, setting }) => [
    name,
    singleLine(valueText(setting.value)),
    setting.from,
    singleLine(setting.why),
  ]);
  const table = renderTable([["setting", "value", "from", "why"], ...rows], {
    style: (cell, row) => (row === 0 ? colour.dim(cell) : cell),
  });
  return `${table}\n\n`;
}

function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).join(", ");
}
