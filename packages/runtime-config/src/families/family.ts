import type { Sampling } from "../plan/plan.ts";

/** What the makers of a model publish about running it. */
export type Family = {
  id: string;
  /** How people call it. */
  label: string;
  /** The page that the values below come from. */
  source: string;
  /** llama.cpp architectures; all of them count when there are none. */
  architectures?: readonly string[];
  /** Must match the normalised `general.name`, see {@link normalizeName}. */
  name?: RegExp;
  notName?: RegExp;
  /** The file's context length before scaling must not be above it. */
  maxBaseContext?: number;
  /** "switch": a run can choose; otherwise the model always or never thinks. */
  thinking: "switch" | "always" | "never";
  /** Whether a family with a switch thinks where nobody says; true unless told. */
  thinksByDefault?: boolean;
  /** The variable of the makers' chat template, for files that have no template. */
  variable?: string;
  /** Words in a prompt that switch thinking, the last one that is said. */
  words?: { on: string; off: string };
  /** By mode; what is not named there is switched off. */
  sampling: { thinking?: Partial<Sampling>; plain?: Partial<Sampling> };
  /** Advised for quantised weights in every mode. */
  quantizedPresencePenalty?: number;
  /** Tokens of output, thoughts included, that are enough for most questions. */
  outputTokens?: number;
  /** The same for hard problems of mathematics and programming. */
  hardOutputTokens?: number;
  /** Texts that a prompt should have to get answers of one form. */
  prompts?: TaskPrompts;
  /** The context trained for, in tokens, where the file's `context_length` says something else. */
  originalContext?: number;
  /** The longest context, in tokens, that the makers have tried with YaRN. */
  validatedContext?: number;
  /** The context, in tokens, that needs no scaling in a family whose older siblings need it. */
  nativeContext?: number;
};

/** What to add to a prompt, by the kind of the task. */
export type TaskPrompts = { mathematics?: string; multipleChoice?: string };

/** Sampling parameters in the order in which model cards name them. */
export function values(
  temperature: number,
  topP?: number,
  topK?: number,
  others: Pick<Partial<Sampling>, "minP" | "presencePenalty" | "repeatPenalty"> = {},
): Partial<Sampling> {
  return {
    temperature,
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...others,
  };
}

/** The same in both modes. */
export function inBothModes(sampling: Partial<Sampling>): Family["sampling"] {
  return { thinking: sampling, plain: sampling };
}

/** Base models answer no questions; what is said of their instructed siblings does not hold for them. */
export const BASE: RegExp = /(?:^|-)base(?:-|$)/;

/** Asked for by the cards of DeepSeek-R1, QwQ and Qwen3. */
export const BOXED = "Please reason step by step, and put your final answer within \\boxed{}.";
