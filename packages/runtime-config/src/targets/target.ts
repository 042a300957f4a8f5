import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan } from "../plan/plan.ts";
import type { Shell } from "./shell-quote.ts";

/** Runtimes that a plan can be written for (`ggufkit config --for`). */
export type RuntimeId =
  | "llama-server"
  | "llama-cli"
  | "llama-router"
  | "ollama"
  | "node-llama-cpp"
  | "vllm"
  | "sglang"
  | "lm-studio"
  | "koboldcpp"
  | "llama-cpp-python"
  | "localai"
  | "llama-swap"
  | "compose";

/** Where the model is, as a runtime is told. */
export type ModelPlace = {
  /** Path of the file, or of the first shard. */
  path: string;
  /** 1 for a model in one file. */
  shards: number;
};

export type TargetOptions = {
  /** The shell that the command is quoted for; `posix` unless told otherwise. */
  shell?: Shell | undefined;
  /**
   * The build of llama.cpp: its day (2026-08-30), its number (b10754), a release (v0.5.0) or what
   * `--version` prints. Of today unless told otherwise.
   */
  llamaBuild?: string | undefined;
  /** `host:port` of llama.cpp's RPC servers, which take a part of the model. */
  rpc?: readonly string[] | undefined;
  /**
   * The repository on Hugging Face that the file was made from, as `Qwen/Qwen3-0.6B` or its address:
   * vLLM and SGLang take the tokenizer from there.
   */
  baseModel?: string | undefined;
  /** Machines that share the model, each with the plan's GPUs; 1 unless told. vLLM and SGLang. */
  hosts?: number | undefined;
  /**
   * The path that a chat template which fixes the plan's choice about thinking will have: for
   * programs that cannot be told otherwise, and against requests that say otherwise.
   */
  templateFile?: string | undefined;
  /** Address of the first of these machines; the word `HEAD` stands for it unless told. */
  headAddress?: string | undefined;
};

/** All that a target is written from. */
export type TargetInput = {
  plan: RunPlan;
  model: ModelFacts;
  place: ModelPlace;
  options: TargetOptions;
};

/** Something of the plan that the runtime cannot be told, or only in another way. */
export type Loss = {
  /**
   * The plan's field, for example `rope` or `sampling.presencePenalty`, or what else was asked for:
   * `model`, `tokenizer`, `rpc`, `hosts`.
   */
  setting: string;
  message: string;
};

/** A file that goes with a target's text, such as a chat template. */
export type TargetFile = { name: string; text: string };

export type TargetFormat =
  | "shell"
  | "ini"
  | "modelfile"
  | "javascript"
  | "python"
  | "json"
  | "yaml";

/** A plan in the words of one runtime. */
export type TargetRun = {
  runtime: RuntimeId;
  format: TargetFormat;
  /** What to run or to save. */
  text: string;
  /** Program and arguments, to be run without a shell; commands only. */
  command?: readonly string[];
  /** What to do first, one command each, as `ggufkit merge …`. */
  before: readonly string[];
  /** Files that the text names, to be saved beside it. */
  files?: readonly TargetFile[];
  losses: readonly Loss[];
};
