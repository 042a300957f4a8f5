import type { TargetOptions } from "./target.ts";

/** The base model as `owner/name`, which may be told by its address on Hugging Face. */
export function baseModelOf({ baseModel }: TargetOptions): string | undefined {
  return baseModel?.replace(/^https:\/\/(?:huggingface\.co|hf\.co)\//, "").replace(/\/$/, "");
}
