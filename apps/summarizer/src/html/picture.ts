import type { ModelDescription } from "@ggufkit/gguf";
import { formatBytes } from "@ggufkit/terminal";
import { escapeHtml } from "./text.ts";

/** Units of the pictures' own coordinates. */
const WIDTH = 720;
const BAR = 28;
const LAYERS = 80;
const COLOURS = ["#2563eb", "#0d9488", "#d97706", "#9333ea", "#dc2626", "#64748b"];

/** What a file is made of: its types of tensors by size, and how large each block is. */
export function pictureHtml(header: ModelDescription | undefined): string {
  if (header === undefined || header.tensorTypes.length === 0) return "";
  const { bitsPerWeight, quantization } = header;
  const bytes = header.tensorTypes.reduce((sum, share) => sum + share.bytes, 0);
  const bits = bitsPerWeight === undefined ? "" : `, ${bitsPerWeight.toFixed(2)} bits per weight`;
  const caption = `${quantization ?? "tensors"}: ${formatBytes(bytes)}${bits}`;
  return `<section class="picture"><h2>The file</h2><figure>${typesSvg(header, bytes)}${layersSvg(header)}<figcaption>${escapeHtml(caption)}</figcaption></figure></section>`;
}

function typesSvg({ tensorTypes }: ModelDescription, bytes: number): string {
  let x = 0;
  const parts = tensorTypes.map((share, index) => {
    const width = (share.bytes / Math.max(1, bytes)) * WIDTH;
    const text = `${share.type} ${((share.bytes / Math.max(1, bytes)) * 100).toFixed(1)} %, ${formatBytes(share.bytes)}`;
    const part = `<rect x="${round(x)}" width="${round(width)}" height="${BAR}" fill="${colour(index)}"><title>${escapeHtml(text)}</title></rect>`;
    x += width;
    return part;
  });
  const legend = tensorTypes
    .slice(0, COLOURS.length)
    .map(
      ({ type, bytes: own }, index) =>
        `<li><span style="background:${colour(index)}"></span>${escapeHtml(`${type} ${((own / Math.max(1, bytes)) * 100).toFixed(1)} %`)}</li>`,
    );
  return `<svg viewBox="0 0 ${WIDTH} ${BAR}" role="img" aria-label="Types of tensors by size">${parts.join("")}</svg><ul class="legend">${legend.join("")}</ul>`;
}

/** A column a block, as high as it is large. */
function layersSvg({ layers }: ModelDescription): string {
  const blocks = layers.filter(({ block }) => block !== undefined);
  const most = Math.max(1, ...blocks.map(({ bytes }) => bytes));
  if (blocks.length < 2) return "";
  const step = WIDTH / blocks.length;
  const columns = blocks.map(({ block, bytes }, index) => {
    const height = (bytes / most) * LAYERS;
    return `<rect x="${round(index * step)}" y="${round(LAYERS - height)}" width="${round(Math.max(0.5, step - 1))}" height="${round(height)}" fill="${COLOURS[0]}"><title>block ${block}: ${escapeHtml(formatBytes(bytes))}</title></rect>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${LAYERS}" role="img" aria-label="Size of each block">${columns.join("")}</svg>`;
}

function colour(index: number): string {
  return COLOURS[Math.min(index, COLOURS.length - 1)] ?? "#64748b";
}

function round(value: number): string {
  return value.toFixed(2);
}
