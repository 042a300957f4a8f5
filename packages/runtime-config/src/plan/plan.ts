import type { TaskPrompts } from "../families/family.ts";
import type { KvType } from "../memory/kv-type.ts";
import type { MemoryEstimate } from "../memory/estimate.ts";

/**
 * Where a value comes from, strongest first: the user's wish, the model file, what the makers of
 * the model family publish, a rule of this package.
 */
export type Origin = "user" | "file" | "family" | "rule";

/** A value with its reason, written to be read by a person. */
export type Setting<T> = { value: T; from: Origin; why: string };

/** Sampler parameters under llama.cpp's meanings; a value that switches a sampler off is written out. */
export type Sampling = {
  /** 0 is greedy decoding. */
  temperature: number;
  /** 1 switches it off. */
  topP: number;
  /** 0 switches it off. */
  topK: number;
  /** 0 switches it off. */
  minP: number;
  /** 0 switches it off; llama.cpp's `penalty_present`. */
  presencePenalty: number;
  /** 1 switches it off; llama.cpp's `penalty_repeat`. */
  repeatPenalty: number;
};

/** Static YaRN: the same for texts of every length. llama.cpp's `freq_scale` is 1 / factor. */
export type YarnScaling = {
  type: "yarn";
  /** Above 1, in quarters. */
  factor: number;
  /** The context in tokens that the model was trained for before any scaling. */
  originalContext: number;
};

export type WarningCode =
  | "static-yarn"
  | "yarn-beyond-validated"
  | "file-already-scaled"
  | "scaling-in-file"
  | "context-beyond-file"
  | "native-context"
  | "no-context-length"
  | "no-thinking-switch"
  | "greedy-thinking"
  | "sampling-in-file"
  | "output-beyond-context"
  | "context-reduced"
  | "does-not-fit";

export type PlanWarning = { code: WarningCode; message: string };

/** Whether the model thinks before it answers, and how a run turns it. */
export type ThinkingSetting = Setting<boolean> & {
  /** Undefined: a run cannot choose, the model does what it was trained for. */
  switch: ThinkingSwitch | undefined;
  /** The chat template's variable for how much to think, such as `reasoning_effort`. */
  effort: string | undefined;
};

/** A variable of the chat template, or words in the prompt (`/think`, `/no_think`), or both. */
export type ThinkingSwitch = {
  /** For example `enable_thinking`. */
  variable: string | undefined;
  words: { on: string; off: string } | undefined;
};

/** Where the model lies. */
export type Placement = {
  /** Blocks on GPUs, the last ones first; blocks + 1 with the output layer, as `-ngl` counts. */
  gpuLayers: Setting<number>;
  /** So many first blocks keep their routed experts in main memory (`--n-cpu-moe`). */
  cpuExpertLayers: Setting<number>;
  /** Each GPU's part of the blocks (`--tensor-split`); undefined with fewer than two GPUs. */
  tensorSplit: Setting<readonly number[]> | undefined;
};

/** What one device has to hold, in bytes. */
export type DeviceMemory = MemoryEstimate & {
  /** "RAM", or "GPU 0" and so on. */
  device: string;
  /** What the plan may use of it; undefined where nobody told. */
  availableBytes: number | undefined;
};

/** How to run one model, for no runtime in particular: plain data, which the targets translate. */
export type RunPlan = {
  /** llama.cpp's architecture name, the prefix of metadata keys. */
  architecture: string;
  /** Id of the recognised model family. */
  family: string | undefined;
  /** Tokens of prompt and output together, for each of the parallel slots. */
  context: Setting<number>;
  /** Slots: sequences served at once. */
  parallel: Setting<number>;
  /** Undefined: the file's own RoPE settings hold. */
  rope: Setting<YarnScaling> | undefined;
  /** The type of keys and values. */
  kvType: Setting<KvType>;
  flashAttention: Setting<boolean>;
  placement: Placement;
  /** Tokens: `--batch-size` and `--ubatch-size`. */
  batch: { logical: Setting<number>; physical: Setting<number> };
  threads: { generation: Setting<number>; batch: Setting<number> };
  sampling: { [Name in keyof Sampling]: Setting<Sampling[Name]> };
  /** Undefined: another one for each run. */
  seed: Setting<number> | undefined;
  thinking: ThinkingSetting;
  /** The most tokens to generate, thinking included. */
  outputTokens: Setting<number>;
  /** Texts that end an answer: the file's end tokens. */
  stop: Setting<readonly string[]>;
  /** What the model's makers ask to be added to prompts, by the kind of the task. */
  prompts: TaskPrompts;
  memory: MemoryEstimate & { devices: readonly DeviceMemory[] };
  warnings: readonly PlanWarning[];
};
