import { parseShardName } from "@ggufkit/gguf";
import type { Block, Document } from "./document.ts";
import type { Attribute, Fact, FactValues, SamplingValues, Where } from "./fact.ts";
import { parseParameterCount, parseTokenCount } from "./quantity.ts";
import { sentencesOf } from "./sentence.ts";
import { entityOf, type Subject } from "./subject.ts";

type Found = { [A in Attribute]?: FactValues[A] | undefined };

/** What a bullet `Key: value` says, by its key. The first rule whose key fits is taken. */
const KEYED: readonly { readonly key: RegExp; readonly read: (value: string) => Found }[] = [
  {
    key: /^(number of )?param\w*.*non-?embedding/i,
    read: (value) => ({ "parameters.nonEmbedding": parseParameterCount(value) }),
  },
  { key: /^(number of )?(total )?param(e|a)t?ers?\b|^model size/i, read: readParameters },
  { key: /^(number of )?layers\b/i, read: (value) => ({ layers: count(value) }) },
  { key: /^(number of )?attention heads\b/i, read: readHeads },
  {
    key: /^(number of )?activated experts\b/i,
    read: (value) => ({ "experts.active": count(value) }),
  },
  { key: /^(number of )?experts\b/i, read: (value) => ({ "experts.total": count(value) }) },
  { key: /^context length\b/i, read: readContext },
  {
    key: /^quantizations?\b/i,
    read: (value) => ({ quantizations: value.split(/[,;]\s*/).map((label) => label.trim()) }),
  },
  { key: /^type\b/i, read: (value) => ({ type: value }) },
  { key: /^training stage\b/i, read: (value) => ({ "training.stage": value }) },
];

/** What a sentence says, by its words. */
const PROSE: readonly ((text: string) => Found)[] = [
  (text) => readSampling(text),
  (text) => ({
    "presencePenalty.quantized": number(
      /presence.?penalty\S* to ([\d.]+) for quantized models/i.exec(text)?.[1],
    ),
  }),
  (text) => ({
    "output.usual": tokens(/output length of ([\d,]+) tokens/i.exec(text)?.[1]),
    "output.hard": tokens(/max(?:imum)? output length to ([\d,]+) tokens/i.exec(text)?.[1]),
  }),
  (text) => {
    const match = /add (\/\w+) and (\/\w+) to (?:user )?prompts/i.exec(text);
    return { "thinking.switches": match === null ? undefined : [match[1] ?? "", match[2] ?? ""] };
  },
  (text) => ({ "thinking.templateVariable": /\b(enable_thinking)\s*=/.exec(text)?.[1] }),
];

/** What a block of code says: commands, and the names of split files. */
const CODE: readonly ((text: string) => Found)[] = [
  (text) => {
    const command = /-c \d+ --rope-scaling yarn [^\n]*/.exec(text)?.[0].trim();
    return {
      "rope.command": command,
      "rope.factor": number(/--rope-scale ([\d.]+)/.exec(command ?? "")?.[1]),
      "rope.originalContext": number(/--yarn-orig-ctx (\d+)/.exec(command ?? "")?.[1]),
    };
  },
  (text) => ({ "merge.command": /\S*llama-gguf-split --merge [^\n]*/.exec(text)?.[0].trim() }),
  (text) => {
    const shard = parseShardName(text.split(/\s+/).find((word) => parseShardName(word)) ?? "");
    return {
      "split.prefix": shard?.prefix.split("/").at(-1),
      "split.count": shard?.splitCount,
    };
  },
];

/** The facts that a card states of its model: front matter, `Key: value` bullets, prose, commands. */
export function cardFacts(card: Document, subject: Subject): Fact[] {
  const fallback = { kind: "model", name: subject.model } as const;
  const isOwn = (block: Block): boolean =>
    block.kind === "code" || entityOf(block.text, subject, fallback).kind !== "other";
  const findings = [
    ...frontMatterFindings(card.frontMatter),
    ...card.blocks.filter(isOwn).flatMap(blockFindings),
  ];
  return findings.flatMap(({ found, where }) =>
    asFacts(found, { entity: subject.model, source: card.source, where }),
  );
}

interface Finding {
  readonly found: Found;
  readonly where: Where;
}

function blockFindings(block: Block): Finding[] {
  const { text, line } = block;
  if (block.kind === "code")
    return CODE.map((read) => ({ found: read(text), where: { line, text } }));
  const prose = sentencesOf(text).flatMap((sentence) =>
    PROSE.map((read) => ({ found: read(sentence), where: { line, text: sentence } })),
  );
  const keyed = /^([^:]{3,60}):\s+(\S.*)$/.exec(text);
  const rule = KEYED.find(({ key }) => keyed !== null && key.test(keyed[1] ?? ""));
  if (rule === undefined || keyed === null) return prose;
  return [{ found: rule.read(keyed[2] ?? ""), where: { line, text } }, ...prose];
}

const FRONT_MATTER: Readonly<Record<string, Attribute>> = {
  license: "license",
  base_model: "baseModel",
  pipeline_tag: "task",
};

function frontMatterFindings(frontMatter: Readonly<Record<string, unknown>>): Finding[] {
  return Object.entries(FRONT_MATTER).flatMap(([key, attribute]) => {
    const entry = frontMatter[key];
    const value: unknown = Array.isArray(entry) ? entry[0] : entry;
    if (typeof value !== "string" || value.trim() === "") return [];
    const where = { key, text: `${key}: ${value}` };
    return [{ found: { [attribute]: value.trim() }, where }];
  });
}

function asFacts(found: Found, rest: Pick<Fact, "entity" | "source" | "where">): Fact[] {
  return Object.entries(found)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ({ attribute, value, ...rest }) as Fact);
}

function readParameters(value: string): Found {
  const total = /([\d.,]+\s*[KMBT])\b(?! *(activ|non))/i.exec(value)?.[1];
  const active = /([\d.,]+\s*[KMBT])\s+(?:parameters\s+)?activ/i.exec(value)?.[1];
  return {
    "parameters.total": total === undefined ? undefined : parseParameterCount(total),
    "parameters.active": active === undefined ? undefined : parseParameterCount(active),
  };
}

function readHeads(value: string): Found {
  const query = /(\d+) for Q/i.exec(value)?.[1] ?? /^(\d+)$/.exec(value)?.[1];
  return {
    "heads.query": number(query),
    "heads.keyValue": number(/(\d+) for K/i.exec(value)?.[1]),
  };
}

function readContext(value: string): Found {
  const extended = /([\d,.]+[KM]?) tokens with (\w+)/i.exec(value);
  return {
    "context.native": tokens(/^(?:full )?([\d,.]*\d[KM]?)\b/i.exec(value)?.[1]),
    "context.extended": tokens(extended?.[1]),
    "context.extensionMethod": extended?.[2],
  };
}

const SAMPLING_NAMES = {
  temperature: "temperature",
  topp: "topP",
  topk: "topK",
  minp: "minP",
  presencepenalty: "presencePenalty",
} as const;

/** `Temperature=0.6, TopP=0.95, …` and the mode that the sentence names. */
function readSampling(text: string): Found {
  const values: Record<string, number> = {};
  const settings = /\b(temperature|top_?p|top_?k|min_?p|presence_?penalty)\s*[=:]\s*([\d.]*\d)/gi;
  for (const [, name = "", value = ""] of text.matchAll(settings)) {
    const key = name.toLowerCase().replace("_", "") as keyof typeof SAMPLING_NAMES;
    values[SAMPLING_NAMES[key]] = Number(value);
  }
  if (values["temperature"] === undefined || Object.keys(values).length < 2) return {};
  const sampling: SamplingValues = values;
  if (/\bnon-thinking mode\b/i.test(text)) return { "sampling.nonThinking": sampling };
  if (/\bthinking mode\b/i.test(text)) return { "sampling.thinking": sampling };
  return { "sampling.general": sampling };
}

function count(value: string): number | undefined {
  return number(/^([\d,]+)\b/.exec(value.trim())?.[1]?.replaceAll(",", ""));
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function tokens(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTokenCount(text);
}
