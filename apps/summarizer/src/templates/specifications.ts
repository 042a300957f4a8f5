import { formatParameterCount } from "@ggufkit/model-facts";
import { escapeMarkdown } from "../markdown.ts";
import { lowerFirst } from "../words.ts";
import {
  lineOf,
  listed,
  plainNumber,
  quoted,
  type Reader,
  type Template,
  tokens,
} from "./template.ts";

export const SPECIFICATIONS: readonly Template[] = [
  parameters,
  attention,
  experts,
  context,
  vocabulary,
  embeddings,
  inputAndOutput,
  images,
  languages,
  training,
  merge,
  properties,
];

function parameters(read: Reader): ReturnType<Template> {
  const total = read("parameters.total");
  if (total === undefined) return undefined;
  const some = read("parameters.active");
  const active = some === total ? undefined : some;
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

function vocabulary(read: Reader): ReturnType<Template> {
  const size = read("vocabulary");
  const width = read("hidden.size");
  if (size === undefined && width === undefined) return undefined;
  if (size === undefined) return { label: "Hidden size", text: `${plainNumber(width ?? 0)}.` };
  const more = width === undefined ? "" : `; hidden size ${plainNumber(width)}`;
  return { label: "Vocabulary", text: `${plainNumber(size)}${more}.` };
}

function embeddings(read: Reader): ReturnType<Template> {
  const size = read("embedding.dimensions");
  const pooling = read("embedding.pooling");
  return lineOf("Embeddings", [
    size === undefined ? "" : `${plainNumber(size)} dimensions`,
    pooling === undefined ? "" : `${quoted(pooling.replace(/ pooling$/i, ""))} pooling`,
  ]);
}

function inputAndOutput(read: Reader): ReturnType<Template> {
  const input = read("modalities.input");
  const output = read("modalities.output");
  const rate = read("audio.samplingRate");
  const isTold = rate === undefined || /hz\b/i.test(input ?? "");
  const frequency = isTold ? "" : `audio at ${rate / 1000} kHz`;
  if (input === undefined && output === undefined) return lineOf("Input", [frequency]);
  const parts = [
    input === undefined ? "" : `takes ${quoted(lowerFirst(input))}`,
    frequency,
    output === undefined ? "" : `gives ${quoted(lowerFirst(output))}`,
  ];
  return lineOf("Input and output", parts, "; ");
}

function images(read: Reader): ReturnType<Template> {
  const size = read("image.resolution");
  const steps = read("image.steps");
  const guidance = read("image.guidance");
  return lineOf("Images", [
    size === undefined ? "" : `resolution ${quoted(size)}`,
    steps === undefined ? "" : `${steps} steps`,
    guidance === undefined ? "" : `guidance scale ${guidance}`,
  ]);
}

const MOST_LANGUAGES = 10;

function languages(read: Reader): ReturnType<Template> {
  const names = read("languages") ?? [];
  const count = read("languages.count");
  const some = names.slice(0, MOST_LANGUAGES).map(quoted);
  const isAll = some.length === names.length;
  const list = some.length === 0 ? "" : isAll ? listed(some) : `${some.join(", ")} and others`;
  const many = count === undefined ? "" : `${count} languages`;
  // A card that names one language and counts many speaks of another thing.
  return lineOf("Languages", count !== undefined && names.length < 2 ? [many] : [many, list], ": ");
}

function training(read: Reader): ReturnType<Template> {
  const count = read("training.tokens");
  const stage = read("training.stage");
  const sets = read("training.datasets");
  const cutoff = read("training.cutoff");
  const hours = read("training.gpuHours");
  const samples = read("training.samples");
  const losses = read("training.losses");
  const isKnown = [count, hours, samples, sets, cutoff].some((value) => value !== undefined);
  // That there was a stage before and one after says too little for a line.
  if (!isKnown) return undefined;
  return lineOf(
    "Training",
    [
      stage === undefined ? "" : quoted(stage.split(" ").map(lowerFirst).join(" ")),
      count === undefined ? "" : `${formatParameterCount(count)} tokens`,
      samples === undefined ? "" : `${plainNumber(samples)} samples`,
      losses === undefined ? "" : `loss ${listed(losses.map(quoted))}`,
      hours === undefined ? "" : `${formatParameterCount(hours)} GPU hours`,
      sets === undefined ? "" : `data sets ${listed(sets.map(quoted))}`,
      cutoff === undefined ? "" : `knowledge cutoff ${quoted(cutoff)}`,
    ],
    "; ",
  );
}

function merge(read: Reader): ReturnType<Template> {
  const models = read("mergedModels");
  const method = read("merge.method");
  const list = models === undefined ? "" : listed(models.map(quoted));
  return lineOf("Merged from", [
    list === "" ? "" : `${list}${method === undefined ? "" : ` with ${quoted(method)}`}`,
  ]);
}

const MOST_PROPERTIES = 6;

function properties(read: Reader): ReturnType<Template> {
  const some = read.all("property", MOST_PROPERTIES);
  return lineOf(
    "Further properties",
    some.map(
      ({ name, value }) => `${quoted(name.split(" ").map(lowerFirst).join(" "))} ${quoted(value)}`,
    ),
    "; ",
  );
}
