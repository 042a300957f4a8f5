import { basename } from "node:path";

import type { ModelDescription } from "@ggufkit/gguf";
import { type Colours, formatBytes, singleLine } from "@ggufkit/terminal";

import { type Finding, SEVERITY_LABELS, tinted } from "./finding.ts";
import { grouped } from "./grouped.ts";
import type { Inspection } from "./inspection.ts";
import { modelRows, type Row } from "./render-model.ts";

const LABEL_WIDTH = 14;
/** More would push what the model is off the screen. */
const MOST_FINDINGS = 6;

/** The view for people: one screen, ended by a newline. What the file does not say has no line. */
export function renderInspection(inspection: Inspection, colour: Colours): string {
  const { files, model, findings } = inspection;
  const title = singleLine(model.name ?? basename(files[0].path));
  const rows: Row[] = [
    ["File", fileText(inspection)],
    ["Kind", kindText(inspection)],
    ["Size", sizeText(inspection)],
    ...modelRows(model, colour),
    ["Tensors", tensorsText(inspection)],
    ...findingRows(findings, colour),
  ];
  const lines = rows.flatMap(([label, text]) => (text ? rowLines(label, text, colour) : []));
  return `${[colour.bold(title), ...lines].join("\n")}\n`;
}

function rowLines(label: string, text: string, colour: Colours): string[] {
  return text.split("\n").map((line, index) => {
    const margin = (index === 0 ? label : "").padEnd(LABEL_WIDTH);
    return `  ${colour.dim(margin)}${line}`;
  });
}

function fileText({ files, model }: Inspection): string {
  const name = singleLine(basename(files[0].path));
  const isSet = files.length > 1 && files.length === model.split?.count;
  return isSet ? `${name} and the ${files.length - 1} other shards` : name;
}

function kindText({ model, files }: Inspection): string {
  const { version, byteOrder } = files[0].gguf;
  const kind =
    model.kind === "shard" ? shardText(model, files.length) : model.kind.replace("-", " ");
  const architecture = model.architecture && singleLine(model.architecture);
  const format = `GGUF v${version}${byteOrder === "big" ? ", big-endian" : ""}`;
  return [kind, architecture, format].filter(Boolean).join(", ");
}

function shardText({ split }: ModelDescription, files: number): string {
  if (split === undefined) return "shard";
  if (files > 1) return `incomplete model, ${files} of ${split.count} shards`;
  return `shard ${split.no + 1} of ${split.count}`;
}

function sizeText({ files }: Inspection): string {
  const total = files.reduce((sum, { gguf }) => sum + (gguf.fileSize ?? 0), 0);
  const header = files.reduce((sum, { gguf }) => sum + gguf.headerBytes, 0);
  return `${formatBytes(total)}, ${formatBytes(header)} of it header`;
}

function tensorsText({ files, model }: Inspection): string {
  const count = files.reduce((sum, { gguf }) => sum + gguf.tensors.length, 0);
  const types = model.tensorTypes.map(({ type, tensors }) => `${grouped(tensors)} ${type}`);
  return count === 0 ? "none" : `${grouped(count)}: ${types.join(", ")}`;
}

function findingRows(findings: readonly Finding[], colour: Colours): Row[] {
  const shown = findings
    .slice(0, MOST_FINDINGS)
    .map((found): Row => [
      SEVERITY_LABELS[found.severity],
      tinted(found, singleLine(found.message), colour),
    ]);
  const left = findings.length - shown.length;
  return left > 0 ? [...shown, ["", `and ${left} more: ggufkit validate lists them`]] : shown;
}
