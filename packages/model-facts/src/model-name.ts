/** A model's name as names are compared: lower case, its parts joined by hyphens. */
export function comparable(name: string): string {
  return name.toLowerCase().replace(/[_ ]/g, "-");
}

/** What a tuned model's name adds to that of its base. */
const TUNING = "chat|instruct|it|sft|rl|dpo|rlhf";
export const TUNING_PART: RegExp = new RegExp(`^(?:${TUNING})$`);
/** At the end of a name, in the spelling of `comparable`. */
export const TUNED: RegExp = new RegExp(`-(?:${TUNING})$`);

/** `235B`, `0.6B`, `8x7B`, `E4B`. */
export const SIZE_PART: RegExp = /^e?\d{1,4}(?:\.\d{1,3})?(?:x\d{1,3}(?:\.\d{1,3})?)?[bmt]$/i;

/**
 * What a file or repository of the same model adds to its name, in the spelling of `comparable`:
 * format, quantization, shard.
 */
const PACKAGING =
  /^(?:[-.](?:gguf|ggml|awq|gptq|mlx|fp8|fp16|f16|bf16|f32|ud|i1|imat|i?q\d(?:-(?:k|\d|x{0,2}[sml]|nl)){0,3}|tq\d-0|mxfp4(?:-moe)?|\d{5}-of-\d{5}))*$/;

/** Whether `name` is `model` with nothing but packaging after it, both as `comparable` spells them. */
export function isPackagedAs(model: string, name: string): boolean {
  return name.startsWith(model) && PACKAGING.test(name.slice(model.length));
}

/** A name without the full stop or dash that follows it. */
export function trimEnd(name: string): string {
  let end = name.length;
  while (/[.\-_ ]/.test(name[end - 1] ?? "")) end--;
  return name.slice(0, end);
}
