import type { ModelDescription, PerLayer } from "@ggufkit/gguf";
import {
  type Colours,
  formatBytes,
  formatCount,
  renderShareBar,
  singleLine,
} from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";

/** Leaves room for the labels on a terminal of 80 columns. */
const BAR_WIDTH = 56;

/** One line, or several, under a label; nothing where there is no text. */
export type Row = readonly [label: string, text: string | undefined];

/** What there is to say about a model, in the order in which people ask. */
export function modelRows(model: ModelDescription, colour: Colours): Row[] {
  return [
    ["Parameters", parametersText(model)],
    ["Quantization", quantizationText(model)],
    ["", mixText(model, colour)],
    ["Context", contextText(model)],
    ["RoPE", ropeText(model)],
    ["Blocks", blocksText(model)],
    ["Attention", attentionText(model)],
    ["", latentText(model)],
    ["State", stateText(model)],
    ["Experts", expertsText(model)],
    ["Tokenizer", tokenizerText(model)],
    ["Template", templateText(model)],
    ["Thinking", thinkingText(model)],
    ["Made for", companionText(model)],
    ["Layers", layersText(model, colour)],
  ];
}

function listed(parts: readonly (string | number | false | undefined)[]): string {
  return parts.filter(Boolean).join(", ");
}

function parametersText({ parameters, activeParameters }: ModelDescription): string | undefined {
  if (parameters === 0) return undefined;
  if (activeParameters === undefined) return formatCount(parameters);
  return `${formatCount(parameters)} total, ${formatCount(activeParameters)} active`;
}

function quantizationText({ quantization, bitsPerWeight }: ModelDescription): string | undefined {
  if (quantization === undefined) return undefined;
  return listed([quantization, bitsPerWeight && `${bitsPerWeight.toFixed(2)} bits per weight`]);
}

function mixText({ tensorTypes }: ModelDescription, colour: Colours): string {
  const parts = tensorTypes.map(({ type, bytes }) => ({ label: type, share: bytes }));
  return renderShareBar(parts, BAR_WIDTH, colour);
}

function contextText({ contextLength }: ModelDescription): string | undefined {
  return contextLength === undefined ? undefined : `${grouped(contextLength)} tokens`;
}

function ropeText({ rope }: ModelDescription): string {
  const { base, slidingWindowBase, dimensions, sections, scaling, factorTensors } = rope;
  return listed([
    base && `base ${grouped(base)}`,
    slidingWindowBase && `${grouped(slidingWindowBase)} in sliding layers`,
    dimensions && `${grouped(dimensions)} dimensions`,
    sections && `sections ${sections.join("/")}`,
    scaling && scalingText(scaling),
    factorTensors && `factors of ${factorTensors === "llama3" ? "Llama 3.1" : "LongRoPE"}`,
  ]);
}

function scalingText({
  type,
  factor,
  originalContextLength,
}: NonNullable<ModelDescription["rope"]["scaling"]>): string {
  const from = originalContextLength ? ` from ${grouped(originalContextLength)} tokens` : "";
  return `scaled by ${singleLine(type)}${factor ? ` × ${grouped(factor)}` : ""}${from}`;
}

function blocksText({ blocks, embeddingLength, feedForwardLength }: ModelDescription): string {
  return listed([
    blocks && grouped(blocks),
    embeddingLength && `embedding ${grouped(embeddingLength)}`,
    feedForwardLength && `feed-forward ${perLayerText(feedForwardLength)}`,
  ]);
}

function attentionText({
  heads,
  kvHeads,
  headDim,
  valueDim,
  slidingWindow,
}: ModelDescription): string | undefined {
  if (heads === undefined) return undefined;
  return listed([
    `${perLayerText(heads)} heads`,
    kvHeads !== undefined && `${perLayerText(kvHeads)} KV heads`,
    headDim !== undefined && `head dimension ${grouped(headDim)}`,
    valueDim !== headDim && valueDim !== undefined && `of values ${grouped(valueDim)}`,
    slidingWindow && slidingText(slidingWindow),
  ]);
}

function slidingText({ length, pattern }: NonNullable<ModelDescription["slidingWindow"]>): string {
  const window = `\nsliding window of ${grouped(length)} tokens`;
  if (typeof pattern === "number" && pattern > 1)
    return `${window}, save every ${grouped(pattern)}th layer`;
  if (!Array.isArray(pattern)) return window;
  return `${window} in ${pattern.filter(Boolean).length} of ${pattern.length} layers`;
}

function latentText({ latentAttention }: ModelDescription): string | undefined {
  if (latentAttention === undefined) return undefined;
  const { kvRank, queryRank, keyLength, valueLength } = latentAttention;
  return listed([
    `latent (MLA): ranks ${grouped(kvRank)} KV`,
    queryRank && `${grouped(queryRank)} query`,
    keyLength && `keys of ${grouped(keyLength)}`,
    valueLength && `values of ${grouped(valueLength)}`,
  ]);
}

function stateText({ recurrent }: ModelDescription): string | undefined {
  if (recurrent === undefined) return undefined;
  const { convKernel, innerSize, stateSize, timeStepRank, groups, headSize, shortConvCache } =
    recurrent;
  return listed([
    innerSize && `recurrent, inner ${grouped(innerSize)}`,
    stateSize && `state ${grouped(stateSize)}`,
    convKernel && `convolution ${grouped(convKernel)}`,
    timeStepRank && `time step rank ${grouped(timeStepRank)}`,
    groups && `${grouped(groups)} groups`,
    headSize && `WKV heads of ${grouped(headSize)}`,
    shortConvCache && `short convolution of ${grouped(shortConvCache)}`,
  ]);
}

/** Layers that differ are told by their range. */
function perLayerText(value: PerLayer): string {
  if (typeof value === "number") return grouped(value);
  const least = value.reduce((min, next) => Math.min(min, next), Infinity);
  const most = value.reduce((max, next) => Math.max(max, next), -Infinity);
  return least === most ? grouped(least) : `${grouped(least)}–${grouped(most)}`;
}

function expertsText({
  experts,
  expertsUsed,
  sharedExperts,
}: ModelDescription): string | undefined {
  if (!experts) return undefined;
  return listed([
    grouped(experts),
    expertsUsed && `${grouped(expertsUsed)} used a token`,
    sharedExperts && `${grouped(sharedExperts)} shared`,
  ]);
}

function tokenizerText({ tokenizer, vocabularySize }: ModelDescription): string {
  const { model, pre, addBos } = tokenizer;
  const name = [model, pre && `(${pre})`].filter(Boolean).join(" ");
  return listed([
    singleLine(name),
    vocabularySize && `${grouped(vocabularySize)} tokens`,
    addBos && "BOS in front",
  ]);
}

function templateText({ kind, chatTemplate, chat }: ModelDescription): string | undefined {
  if (chatTemplate === undefined) return kind === "model" ? "none" : undefined;
  const system = { supported: "system role", refused: "refuses a system role", ignored: "" };
  return listed([
    `chat, ${grouped(chatTemplate.length)} characters`,
    chat === undefined && "not readable as Jinja",
    chat && system[chat.systemRole],
    chat?.tools && "tools",
    chat?.toolCalls && "tool calls",
  ]);
}

function thinkingText({ chatTemplate, thinking }: ModelDescription): string | undefined {
  if (chatTemplate === undefined) return undefined;
  const { switch: name, default: byDefault, effort, tags, stripsHistory } = thinking;
  if (!name && !effort && !tags) return "no";
  return listed([
    name && `switched by ${singleLine(name)}`,
    name && byDefault && `${byDefault} by default`,
    effort && `how much by ${singleLine(effort)}`,
    !name && !effort && "no switch",
    stripsHistory && "cut out of history",
  ]);
}

function companionText({ companion, kind, architecture }: ModelDescription): string | undefined {
  if (companion === undefined) return undefined;
  const { adapterAlpha, adapterRank, projector, modalities, datasets, chunks } = companion;
  return listed([
    kind === "adapter" && architecture && `adapting ${singleLine(architecture)} models`,
    adapterRank && `rank ${grouped(adapterRank)}`,
    adapterAlpha !== undefined && `alpha ${grouped(adapterAlpha)}`,
    modalities.length > 0 && modalities.join(" and "),
    projector && `projector ${singleLine(projector)}`,
    datasets.length > 0 && `computed over ${datasets.map((name) => singleLine(name)).join(", ")}`,
    chunks && `${grouped(chunks)} chunks`,
  ]);
}

const LEVELS = "▁▂▃▄▅▆▇█";

/** The bytes of each block as a line of bars, several blocks a bar where there are too many. */
function layersText({ layers }: ModelDescription, colour: Colours): string | undefined {
  const blocks = layers.filter(({ block }) => block !== undefined).map(({ bytes }) => bytes);
  if (blocks.length < 2) return undefined;
  const least = blocks.reduce((min, bytes) => Math.min(min, bytes), Infinity);
  const most = blocks.reduce((max, bytes) => Math.max(max, bytes), 0);
  const perBar = Math.ceil(blocks.length / BAR_WIDTH);
  const bars = Array.from({ length: Math.ceil(blocks.length / perBar) }, (_, bar) => {
    const slice = blocks.slice(bar * perBar, (bar + 1) * perBar);
    const mean = slice.reduce((sum, bytes) => sum + bytes, 0) / slice.length;
    return LEVELS[Math.round((mean / (most || 1)) * (LEVELS.length - 1))];
  });
  const outside = layers.find(({ block }) => block === undefined);
  const range =
    least === most ? formatBytes(most) : `${formatBytes(least)} to ${formatBytes(most)}`;
  const rest = outside && `${formatBytes(outside.bytes)} outside`;
  return `${colour.cyan(bars.join(""))}\n${listed([`${range} each`, rest])}`;
}
