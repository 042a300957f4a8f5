import type { Benchmark, ModelFile } from "@ggufkit/model-facts";
import { code, lineOf, listed, quoted, type Reader, type Template } from "./template.ts";

/** What there is to download, how good it is, and since when. */
export const RESULTS: readonly Template[] = [quantizations, results, release];

/** What a page has besides where its sources have little to tell. */
export const FURTHER: readonly Template[] = [furtherResults, trainingSettings];

const MOST_SETTINGS = 10;

function trainingSettings(read: Reader): ReturnType<Template> {
  const settings = read.all("training.setting", MOST_SETTINGS);
  return lineOf(
    "Training settings",
    settings.map(({ name, value }) => `${name} ${quoted(value)}`),
  );
}

const MOST_FILES = 8;
/** Files that most people look for. */
const COMMON = /^(?:q[3-6]_k(?:_m)?|q8_0|iq4_xs|bf16)$/i;

function quantizations(read: Reader): ReturnType<Template> {
  const files = read.all("file", Infinity);
  if (files.length > 0)
    return lineOf(
      "Files",
      chosenFiles(files).map(({ quantization, size }) => `${code(quantization)} ${quoted(size)}`),
    );
  const labels = read("quantizations");
  if (labels === undefined || labels.length === 0) return undefined;
  return { label: "Quantizations", text: `${listed(labels.map(code))}.` };
}

function chosenFiles(files: readonly ModelFile[]): readonly ModelFile[] {
  if (files.length <= MOST_FILES) return files;
  const common = files.filter(({ quantization }) => COMMON.test(quantization));
  return (common.length > 0 ? common : files).slice(0, MOST_FILES);
}

const MOST_RESULTS = 7;
const MOST_FURTHER = 24;

function results(read: Reader): ReturnType<Template> {
  return scoreLine("Results", read.all("benchmark", MOST_RESULTS));
}

function furtherResults(read: Reader): ReturnType<Template> {
  return scoreLine("Further results", read.all("benchmark", MOST_FURTHER, MOST_RESULTS));
}

/** Scores with what they are of; a metric that all share stands in the label. */
function scoreLine(name: string, scores: readonly Benchmark[]): ReturnType<Template> {
  const [first] = scores;
  const isShared =
    first?.metric !== undefined && scores.every(({ metric }) => metric === first.metric);
  const label = isShared ? `${name} (${quoted(metricName(first.metric ?? ""))})` : name;
  return lineOf(
    label,
    scores.map(({ name: test, score, metric, setting }) => {
      const how = [isShared ? "" : metricName(metric ?? ""), setting ?? ""].filter(Boolean);
      return `${quoted(test)}${how.length === 0 ? "" : ` (${quoted(how.join(", "))})`} ${quoted(score)}`;
    }),
    "; ",
  );
}

/** `WER (%)` → `WER in %`: it stands in parentheses itself. */
function metricName(metric: string): string {
  return metric.replace(/ ?\(%\)/, " in %").replace(/ ?\(([^()]*)\)/, ", $1");
}

function release(read: Reader): ReturnType<Template> {
  const date = read("release.date");
  const developer = read("developer");
  return lineOf(
    "Release",
    [
      date === undefined ? "" : quoted(date),
      developer === undefined ? "" : `developed by ${quoted(developer)}`,
    ],
    "; ",
  );
}
