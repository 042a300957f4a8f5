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
  | "output-beyond-context";

export type PlanWarning = { code: WarningCode; message: string };

/** Whether the model thinks before it answers. */
export type ThinkingSetting = Setting<boolean> & {
  /** Whether a run can choose; a model without a switch does what it was trained for. */
  switchable: boolean;
};

/** How to run one model, for no runtime in particular: plain data, which the renderers translate. */
export type RunPlan = {
  /** llama.cpp's architecture name, the prefix of metadata keys. */
  architecture: string;
  /** Id of the recognised model family. */
  family: string | undefined;
  /** Tokens of prompt and output together. */
  context: Setting<number>;
  /** Undefined: the file's own RoPE settings hold. */
  rope: Setting<YarnScaling> | undefined;
  thinking: ThinkingSetting;
  sampling: { [Name in keyof Sampling]: Setting<Sampling[Name]> };
  /** Undefined: another one for each run. */
  seed: Setting<number> | undefined;
  threads: { generation: Setting<number>; batch: Setting<number> };
  /** The most tokens to generate, thinking included. */
  outputTokens: Setting<number>;
  warnings: readonly PlanWarning[];
};
