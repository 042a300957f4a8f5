import { formatParameterCount, type Subject } from "@ggufkit/model-facts";
import { escapeMarkdown } from "../markdown.ts";
import { lowerFirst, upperFirst } from "../words.ts";
import { listed, plainNumber, quoted, type Reader, type Template, tokens } from "./template.ts";

/** What the model is, and where it comes from: a sentence each. */
export function openingTemplates(subject: Subject): Template[] {
  return [(read) => whatItIs(read, subject), (read) => whereFrom(read, subject)];
}

function whatItIs(read: Reader, subject: Subject): ReturnType<Template> {
  const type = read("type") ?? read("kind") ?? read("task");
  const total = read("parameters.total");
  const some = read("parameters.active");
  const active = some === total ? undefined : some;
  // Any of these is enough for a page to begin with a sentence that names the model.
  const known = [type, total, read("license"), read("baseModel")];
  if (known.every((value) => value === undefined)) return undefined;
  const tuning = type === undefined || !Object.hasOwn(KINDS, type) ? undefined : read("tuning");
  const named = type === undefined ? "model" : modelKind(type);
  const kind = tuning === undefined ? named : `${tuning} ${named}`;
  const article = /^[aeiou]/i.test(kind) ? "an" : "a";
  const size = total === undefined ? "" : ` with ${formatParameterCount(total)} parameters`;
  const share =
    active === undefined ? "" : `, of which ${formatParameterCount(active)} are activated`;
  const name = escapeMarkdown(subject.name);
  return { text: `**${name}** is ${article} ${escapeMarkdown(kind)}${size}${share}.` };
}

/** What the Hub's tasks say of a model that does them. */
const KINDS: Readonly<Record<string, string>> = {
  "text-generation": "language model",
  "sentence-similarity": "text embedding model",
  "feature-extraction": "embedding model",
  "text-ranking": "reranking model",
  "automatic-speech-recognition": "speech recognition model",
  "text-to-speech": "text-to-speech model",
  "image-text-to-text": "vision-language model",
  "any-to-any": "multimodal model",
};

/** `Causal Language Models` → `causal language model`, `text-to-image` → `text-to-image model`. */
function modelKind(type: string): string {
  const named = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const kind = (named ?? keepNames(type)).replace(/models$/i, "model");
  return /(?:model|merge|LLM)$/.test(kind) ? kind : `${kind} model`;
}

/** In lower case but for names: `Causal LM` keeps its `LM`. */
function keepNames(type: string): string {
  return type.split(" ").map(lowerFirst).join(" ");
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
  if (/ (?:licen[sc]e|terms)$/i.test(license)) return `the ${escapeMarkdown(license)}`;
  const isInitials = license.length <= 4 || /^cc-|^a?gpl-|^bsd-/.test(license);
  return escapeMarkdown(isInitials ? license.toUpperCase() : upperFirst(license));
}

/** What makes a model interesting, the rarest first; each goes on after `it`. */
export const HIGHLIGHTS: readonly Template[] = [
  (read) => phrase(read("mergedModels"), (models) => `merges ${listed(models.map(quoted))}`),
  (read) =>
    phrase(read("thinking.switches"), ([, noThink]) =>
      noThink === undefined ? undefined : "switches between thinking and non-thinking mode",
    ),
  readsLongTexts,
  activatesExperts,
  (read) =>
    phrase(
      read("embedding.dimensions"),
      (size) => `gives vectors of ${plainNumber(size)} dimensions`,
    ),
  (read) => phrase(read("image.resolution"), (size) => `makes images of ${quoted(size)} pixels`),
  (read) =>
    phrase(
      read("training.tokens"),
      (count) => `was trained on ${formatParameterCount(count)} tokens`,
    ),
  (read) => phrase(read("languages.count"), (count) => `supports ${count} languages`),
  coversLanguages,
  fileRange,
  firstScore,
];

function phrase<T>(
  value: T | undefined,
  say: (value: T) => string | undefined,
): ReturnType<Template> {
  const text = value === undefined ? undefined : say(value);
  return text === undefined ? undefined : { text };
}

/** Shorter contexts are nothing to point out. */
const LONG_CONTEXT = 100_000;

function readsLongTexts(read: Reader): ReturnType<Template> {
  const extended = read("context.extended");
  if (extended !== undefined) {
    const method = read("context.extensionMethod") ?? "scaling";
    return { text: `reaches a context of ${tokens(extended)} with ${quoted(method)}` };
  }
  return phrase(read("context.native"), (native) =>
    native < LONG_CONTEXT ? undefined : `has a context of ${tokens(native)}`,
  );
}

function activatesExperts(read: Reader): ReturnType<Template> {
  const total = read("experts.total");
  const active = total === undefined ? undefined : read("experts.active");
  return phrase(active, (count) => `activates ${count} of ${total} experts`);
}

const FEWEST_LANGUAGES = 2;
const MOST_LANGUAGES = 6;

function coversLanguages(read: Reader): ReturnType<Template> {
  return phrase(read("languages"), (languages) => {
    const isFew = languages.length >= FEWEST_LANGUAGES && languages.length <= MOST_LANGUAGES;
    return isFew ? `covers ${listed(languages.map(quoted))}` : undefined;
  });
}

function fileRange(read: Reader): ReturnType<Template> {
  const files = read.all("file", Infinity);
  const bySize = files.toSorted((a, b) => bytesOf(a.size) - bytesOf(b.size));
  const [smallest] = bySize;
  const largest = bySize.at(-1);
  if (smallest === undefined || largest === undefined || smallest === largest) return undefined;
  return { text: `comes in files from ${quoted(smallest.size)} to ${quoted(largest.size)}` };
}

function bytesOf(size: string): number {
  const [, count = "0", unit = ""] = /([\d.]+) ?([KMGT])/i.exec(size) ?? [];
  return Number(count) * 1000 ** "KMGT".indexOf(unit.toUpperCase());
}

function firstScore(read: Reader): ReturnType<Template> {
  const [first] = read.all("benchmark", 1);
  if (first === undefined || first.metric !== undefined) return undefined;
  const setting = first.setting === undefined ? "" : ` (${quoted(first.setting)})`;
  return { text: `scores ${quoted(first.score)} on ${quoted(first.name)}${setting}` };
}
