import type { SamplingValues } from "@ggufkit/model-facts";
import { code, lineOf, listed, quoted, type Reader, type Template, tokens } from "./template.ts";

export const USAGE: readonly Template[] = [
  yarn,
  sampling("sampling.thinking", "Thinking mode"),
  sampling("sampling.nonThinking", "Non-thinking mode"),
  sampling("sampling.general", "Sampling"),
  outputLength,
  promptFormat,
  modeSwitch,
  history,
  splitFiles,
];

function yarn(read: Reader): ReturnType<Template> {
  const command = read("rope.command");
  if (command === undefined) return undefined;
  const caution = read("rope.hurtsShortTexts")
    ? "; the scaling is static, which potentially impacts performance on shorter texts"
    : "";
  return { label: "Long texts", text: `${code(command)} turns YaRN on in llama.cpp${caution}.` };
}

const SAMPLING_LABELS: readonly (readonly [string, string])[] = [
  ["temperature", "temperature"],
  ["topP", "top-p"],
  ["topK", "top-k"],
  ["minP", "min-p"],
  ["presencePenalty", "presence penalty"],
  ["repetitionPenalty", "repetition penalty"],
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
  if (usual === undefined) return longestOutput(read);
  const hard = read("output.hard");
  const more = hard === undefined ? "" : `, ${tokens(hard)} for highly complex problems`;
  return { label: "Output length", text: `${tokens(usual)} for most queries${more}.` };
}

function longestOutput(read: Reader): ReturnType<Template> {
  const most = read("output.most");
  return most === undefined
    ? undefined
    : { label: "Output length", text: `up to ${tokens(most)}.` };
}

function promptFormat(read: Reader): ReturnType<Template> {
  return lineOf("Prompt format", [quoted(read("prompt.format") ?? "")]);
}

function modeSwitch(read: Reader): ReturnType<Template> {
  const [think, noThink] = read("thinking.switches") ?? [];
  if (think === undefined || noThink === undefined) return undefined;
  const text = `${code(think)} and ${code(noThink)} in a user or system message switch between thinking and non-thinking mode from turn to turn.`;
  return { label: "Mode switch", text };
}

function history(read: Reader): ReturnType<Template> {
  if (read("thinking.leftOutOfHistory") !== true) return undefined;
  return {
    label: "History",
    text: "earlier turns keep their final answers without the thinking content.",
  };
}

function splitFiles(read: Reader): ReturnType<Template> {
  const count = read("split.count");
  const prefix = read("split.prefix");
  if (count === undefined || prefix === undefined || count < 2) return undefined;
  const merge =
    read("merge.command") === undefined
      ? ""
      : "; the card merges them with `llama-gguf-split --merge`";
  return { label: "Split files", text: `${code(prefix)} comes in ${count} shards${merge}.` };
}
