import { basename } from "node:path";

import type { ModelDescription } from "@ggufkit/gguf";
import {
  type Colours,
  formatBytes,
  formatCount,
  renderShareBar,
  singleLine,
} from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import type { Inspection } from "./inspection.ts";

/** Leaves room for the labels on a terminal of 80 columns. */
const BAR_WIDTH = 56;
const LABEL_WIDTH = 14;

type Row = readonly [label: string, text: string | undefined];

/** The view for people: one screen, ended by a newline. What the file does not say has no line. */
export function renderInspection(inspection: Inspection, colour: Colours): string {
  const { files, model, findings } = inspection;
  const title = singleLine(model.name ?? basename(files[0].path));
  const rows: Row[] = [
    ["File", fileText(inspection)],
    ["Kind", kindText(inspection)],
    ["Size", sizeText(inspection)],
    ["Parameters", parametersText(model)],
    ["Quantization", quantizationText(model)],
    ["", mixText(model, colour)],
    ["Context", contextText(model)],
    ["RoPE", ropeText(model)],
    ["Blocks", blocksText(model)],
    ["Attention", attentionText(model)],
    ["Experts", expertsText(model)],
    ["Tokenizer", tokenizerText(model)],
    ["Template", templateText(model)],
    ["Thinking", thinkingText(model)],
    ["Tensors", tensorsText(inspection)],
    ...findings.map(({ message }): Row => ["Note", colour.yellow(singleLine(message))]),
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

function parametersText({ parameters, activeParameters }: ModelDescription): string | undefined {
  if (parameters === 0) return undefined;
  if (activeParameters === undefined) return formatCount(parameters);
  return `${formatCount(parameters)} total, ${formatCount(activeParameters)} active`;
}

function quantizationText({ quantization, bitsPerWeight }: ModelDescription): string | undefined {
  if (quantization === undefined) return undefined;
  const bits = bitsPerWeight && `${bitsPerWeight.toFixed(2)} bits per weight`;
  return [quantization, bits].filter(Boolean).join(", ");
}

function mixText({ tensorTypes }: ModelDescription, colour: Colours): string {
  const parts = tensorTypes.map(({ type, bytes }) => ({ label: type, share: bytes }));
  return renderShareBar(parts, BAR_WIDTH, colour);
}

function contextText({ contextLength }: ModelDescription): string | undefined {
  return contextLength === undefined ? undefined : `${grouped(contextLength)} tokens`;
}

function ropeText({ rope }: ModelDescription): string | undefined {
  const { base, dimensions, scaling } = rope;
  const parts = [
    base && `base ${grouped(base)}`,
    dimensions && `${grouped(dimensions)} dimensions`,
  ];
  if (scaling) {
    const { type, factor, originalContextLength } = scaling;
    const from = originalContextLength && ` from ${grouped(originalContextLength)} tokens`;
    parts.push(`scaled by ${singleLine(type)}${factor ? ` × ${factor}` : ""}${from ?? ""}`);
  }
  return parts.filter(Boolean).join(", ");
}

function blocksText({ blocks, embeddingLength }: ModelDescription): string {
  const parts = [
    blocks && grouped(blocks),
    embeddingLength && `embedding ${grouped(embeddingLength)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function attentionText({ heads, kvHeads, headDim }: ModelDescription): string | undefined {
  if (heads === undefined) return undefined;
  const parts = [`${perLayerText(heads)} heads`];
  if (kvHeads !== undefined) parts.push(`${perLayerText(kvHeads)} KV heads`);
  if (headDim !== undefined) parts.push(`head dimension ${grouped(headDim)}`);
  return parts.join(", ");
}

/** Layers that differ are told by their range. */
function perLayerText(value: number | readonly number[]): string {
  if (typeof value === "number") return grouped(value);
  const least = Math.min(...value);
  const most = Math.max(...value);
  return least === most ? grouped(least) : `${grouped(least)}–${grouped(most)}`;
}

function expertsText({ experts, expertsUsed }: ModelDescription): string | undefined {
  if (!experts) return undefined;
  return expertsUsed
    ? `${grouped(experts)}, ${grouped(expertsUsed)} used a token`
    : grouped(experts);
}

function tokenizerText({ tokenizer, vocabularySize }: ModelDescription): string {
  const { model, pre } = tokenizer;
  const name = [model, pre && `(${pre})`].filter(Boolean).join(" ");
  const size = vocabularySize && `${grouped(vocabularySize)} tokens`;
  return [singleLine(name), size].filter(Boolean).join(", ");
}

function templateText({ kind, chatTemplate }: ModelDescription): string | undefined {
  if (chatTemplate !== undefined) return `chat, ${grouped(chatTemplate.length)} characters`;
  return kind === "model" ? "none" : undefined;
}

function thinkingText({ chatTemplate, thinking }: ModelDescription): string | undefined {
  if (chatTemplate === undefined) return undefined;
  if (thinking.switch) return `switched by ${thinking.switch}`;
  return thinking.tags ? "always or by the user's words: no switch" : "no";
}

function tensorsText({ files, model }: Inspection): string {
  const count = files.reduce((sum, { gguf }) => sum + gguf.tensors.length, 0);
  const types = model.tensorTypes.map(({ type, tensors }) => `${grouped(tensors)} ${type}`);
  return count === 0 ? "none" : `${grouped(count)}: ${types.join(", ")}`;
}
