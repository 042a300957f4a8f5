/** error: it does not start, or does not do what it says; warning: it works worse than it could. */
export type LintSeverity = "error" | "warning" | "note";

export type LintCode =
  | "bad-value"
  | "cannot-scale"
  | "context-beyond-file"
  | "context-beyond-slots"
  | "context-capped"
  | "context-missing"
  | "context-shared"
  | "file-already-scaled"
  | "flag-removed"
  | "flag-repeated"
  | "flag-with-equals"
  | "flag-without-value"
  | "from-missing"
  | "gpu-memory-exceeded"
  | "greedy-thinking"
  | "ini-syntax"
  | "ini-value-cut"
  | "kv-quantized-without-flash-attention"
  | "kv-type-block"
  | "kv-type-unknown"
  | "kv-types-differ"
  | "later-shard"
  | "memory-exceeded"
  | "modelfile-syntax"
  | "no-thinking-switch"
  | "output-beyond-context"
  | "presence-penalty-missing"
  | "reasoning-budget-with-enable-thinking"
  | "sampling-default-bites"
  | "sampling-differs"
  | "scaling-in-file"
  | "split-model"
  | "stray-word"
  | "template-engine-off"
  | "unknown-flag"
  | "yarn-ineffective"
  | "yarn-missing"
  | "yarn-needless"
  | "yarn-wrong-factor"
  | "yarn-wrong-original"
  | "yarn-wrong-type";

/** A change that mends what was found, in the names of {@link LintFinding.setting}. */
export type Mend =
  | { action: "set"; setting: string; value: string }
  | { action: "remove"; setting: string }
  | { action: "rename"; setting: string; to: string };

/** Something that is wrong with how a model is to be run, or that should be known. */
export type LintFinding = {
  code: LintCode;
  severity: LintSeverity;
  /** What is wrong, what was expected and what there is, in one line. */
  message: string;
  /**
   * llama.cpp's flag by its first long name without dashes, as `ctx-size`; a Modelfile's parameter,
   * as `num_ctx`, or instruction, as `FROM`.
   */
  setting: string;
  /** What mends it, where something does. A note's is a suggestion, which a fix does not follow. */
  fix?: readonly Mend[];
  /** The section of an INI file. */
  section?: string;
};

/** Whether a finding is a problem, and not just good to know. */
export function isProblem({ severity }: LintFinding): boolean {
  return severity !== "note";
}

export function setTo(setting: string, value: string | number): Mend {
  return { action: "set", setting, value: String(value) };
}

export function remove(setting: string): Mend {
  return { action: "remove", setting };
}

/** A number of tokens as people read it. */
export function tokens(count: number): string {
  return `${count.toLocaleString("en-US")} tokens`;
}
