import {
  type Attribute,
  type Fact,
  type FactSheet,
  formatParameterCount,
  type SamplingValues,
  type Subject,
} from "@ggufkit/model-facts";
import { singleLine } from "@ggufkit/terminal";
import { escapeMarkdown } from "./markdown.ts";
import type { Line } from "./page.ts";
import { upperFirst } from "./words.ts";

/** Makes a line of the facts it names; undefined where the first of them is missing. */
type Template = (facts: Reader) => { label?: string; text: string } | undefined;

/** Reads facts, and remembers which were read: those are the line's evidence. */
type Reader = <A extends Attribute>(attribute: A) => Fact<A>["value"] | undefined;

const SPECIFICATIONS: readonly Template[] = [
  parameters,
  attention,
  experts,
  context,
  quantizations,
];
const USAGE: readonly Template[] = [
  yarn,
  sampling("sampling.thinking", "Thinking mode"),
  sampling("sampling.nonThinking", "Non-thinking mode"),
  sampling("sampling.general", "Sampling"),
  outputLength,
  modeSwitch,
  splitFiles,
];

/** One or two sentences on what the model is. */
export function openingLines(sheet: FactSheet, subject: Subject): Line[] {
  const templates: Template[] = [
    (read) => whatItIs(read, subject),
    (read) => whereFrom(read, subject),
  ];
  return fill(templates, sheet);
}

export function specificationLines(sheet: FactSheet): Line[] {
  return fill(SPECIFICATIONS, sheet);
}

export function usageLines(sheet: FactSheet): Line[] {
  return fill(USAGE, sheet);
}

function fill(templates: readonly Template[], sheet: FactSheet): Line[] {
  return templates.flatMap((template) => {
    const evidence: Fact[] = [];
    const filled = template((attribute) => {
      const fact = sheet.get(attribute);
      if (fact !== undefined) evidence.push(fact);
      return fact?.value;
    });
    const [first] = evidence;
    if (filled === undefined || first === undefined) return [];
    return [{ ...filled, writer: "template", source: first.source, evidence }];
  });
}

function whatItIs(read: Reader, subject: Subject): ReturnType<Template> {
  const type = read("type") ?? read("task");
  const total = read("parameters.total");
  const active = read("parameters.active");
  // Any of these is enough for a page to begin with a sentence that names the model.
  const known = [type, total, read("license"), read("baseModel")];
  if (known.every((value) => value === undefined)) return undefined;
  const kind = type === undefined ? "model" : modelKind(type);
  const article = /^[aeiou]/i.test(kind) ? "an" : "a";
  const size = total === undefined ? "" : ` with ${formatParameterCount(total)} parameters`;
  const share =
    active === undefined ? "" : `, of which ${formatParameterCount(active)} are activated`;
  const name = escapeMarkdown(subject.name);
  return { text: `**${name}** is ${article} ${escapeMarkdown(kind)}${size}${share}.` };
}

/** `Causal Language Models` → `causal language model`, `text-generation` → `text-generation model`. */
function modelKind(type: string): string {
  const kind = type.toLowerCase().replace(/models$/, "model");
  return kind.endsWith("model") ? kind : `${kind} model`;
}

function whereFrom(read: Reader, subject: Subject): ReturnType<Template> {
  const base = read("baseModel");
  const license = read("license");
  const isGguf = /gguf/i.test(subject.name);
  const origin = base === undefined ? "" : originOf(escapeMarkdown(base), isGguf);
  const isNamed = license !== undefined && !/^(?:other|unknown)$/i.test(license);
  const terms = isNamed ? `is licensed under ${licenseName(license)}` : "";
  const parts = [origin, terms].filter((part) => part !== "");
  return parts.length === 0 ? undefined : { text: `It ${listed(parts)}.` };
}

/** Of a repository of GGUF files `base_model` is what they hold, of another what it was trained from. */
function originOf(base: string, isGguf: boolean): string {
  return isGguf ? `packages ${base} as GGUF files` : `is based on ${base}`;
}

/** SPDX-like names of the Hub as people write them: `apache-2.0` → `Apache-2.0`, `mit` → `MIT`. */
function licenseName(license: string): string {
  return escapeMarkdown(license.length <= 4 ? license.toUpperCase() : upperFirst(license));
}

function parameters(read: Reader): ReturnType<Template> {
  const total = read("parameters.total");
  if (total === undefined) return undefined;
  const active = read("parameters.active");
  const core = read("parameters.nonEmbedding");
  const parts = [
    `${formatParameterCount(total)} in total`,
    active === undefined ? "" : `${formatParameterCount(active)} activated`,
    core === undefined ? "" : `${formatParameterCount(core)} without embeddings`,
  ].filter((part) => part !== "");
  return { label: "Parameters", text: `${listed(parts)}.` };
}

function attention(read: Reader): ReturnType<Template> {
  const layers = read("layers");
  const query = read("heads.query");
  const keyValue = read("heads.keyValue");
  if (layers === undefined && query === undefined) return undefined;
  const heads =
    keyValue === undefined
      ? `${query} attention heads`
      : `${query} query heads and ${keyValue} KV ${keyValue === 1 ? "head" : "heads"}`;
  // Fewer key/value heads than query heads is what grouped-query attention means.
  const grouped = (keyValue ?? 0) < (query ?? 0) && keyValue !== undefined && keyValue > 1;
  const text = [
    layers === undefined ? "" : `${layers} layers`,
    query === undefined ? "" : grouped ? `grouped-query attention with ${heads}` : heads,
  ].filter((part) => part !== "");
  return { label: "Architecture", text: `${text.join(", ")}.` };
}

function experts(read: Reader): ReturnType<Template> {
  const total = read("experts.total");
  if (total === undefined) return undefined;
  const active = read("experts.active");
  const share = active === undefined ? "" : `, ${active} of them activated`;
  return { label: "Mixture of experts", text: `${total} experts${share}.` };
}

function context(read: Reader): ReturnType<Template> {
  const native = read("context.native") ?? read("context.header");
  if (native === undefined) return undefined;
  const extended = read("context.extended");
  const method = read("context.extensionMethod");
  const more =
    extended === undefined
      ? ""
      : ` natively, ${tokens(extended)} with ${escapeMarkdown(method ?? "scaling")}`;
  return { label: "Context", text: `${tokens(native)}${more}.` };
}

function quantizations(read: Reader): ReturnType<Template> {
  const labels = read("quantizations");
  if (labels === undefined || labels.length === 0) return undefined;
  return {
    label: "Quantizations",
    text: `${listed(labels.map((label) => `\`${plainCode(label)}\``))}.`,
  };
}

function yarn(read: Reader): ReturnType<Template> {
  const command = read("rope.command");
  if (command === undefined) return undefined;
  const caution = read("rope.hurtsShortTexts")
    ? "; the scaling is static, which potentially impacts performance on shorter texts"
    : "";
  const text = `\`${plainCode(command)}\` turns YaRN on in llama.cpp${caution}.`;
  return { label: "Long texts", text };
}

const SAMPLING_LABELS: readonly (readonly [string, string])[] = [
  ["temperature", "temperature"],
  ["topP", "top-p"],
  ["topK", "top-k"],
  ["minP", "min-p"],
  ["presencePenalty", "presence penalty"],
];

function sampling(
  attribute: "sampling.thinking" | "sampling.nonThinking" | "sampling.general",
  label: string,
): Template {
  return (read) => {
    const values: SamplingValues | undefined = read(attribute);
    if (values === undefined) return undefined;
    const settings = SAMPLING_LABELS.flatMap(([name, shown]) =>
      values[name] === undefined ? [] : [`${shown} ${values[name]}`],
    );
    return settings.length === 0 ? undefined : { label, text: `${listed(settings)}.` };
  };
}

function outputLength(read: Reader): ReturnType<Template> {
  const usual = read("output.usual");
  if (usual === undefined) return undefined;
  const hard = read("output.hard");
  const more = hard === undefined ? "" : `, ${tokens(hard)} for highly complex problems`;
  return { label: "Output length", text: `${tokens(usual)} for most queries${more}.` };
}

function modeSwitch(read: Reader): ReturnType<Template> {
  const [think, noThink] = read("thinking.switches") ?? [];
  if (think === undefined || noThink === undefined) return undefined;
  const text = `\`${plainCode(think)}\` and \`${plainCode(noThink)}\` in a user or system message switch between thinking and non-thinking mode from turn to turn.`;
  return { label: "Mode switch", text };
}

function splitFiles(read: Reader): ReturnType<Template> {
  const count = read("split.count");
  const prefix = read("split.prefix");
  if (count === undefined || prefix === undefined || count < 2) return undefined;
  const merge =
    read("merge.command") === undefined
      ? ""
      : "; the card merges them with `llama-gguf-split --merge`";
  return {
    label: "Split files",
    text: `\`${plainCode(prefix)}\` comes in ${count} shards${merge}.`,
  };
}

function tokens(count: number): string {
  return `${count.toLocaleString("en")} tokens`;
}

/** Text for a code span: one line, and nothing in it can end the span. */
function plainCode(text: string): string {
  return singleLine(text).replaceAll("`", "'").trim();
}

/** `a`, `a and b`, `a, b and c`. */
function listed(parts: readonly string[]): string {
  const head = parts.slice(0, -1).join(", ");
  const last = parts.at(-1) ?? "";
  return head === "" ? last : `${head} and ${last}`;
}
