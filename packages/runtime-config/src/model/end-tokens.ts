import type { Gguf } from "@ggufkit/gguf";

/** Keys of the tokens that end a text or a turn, in llama.cpp's order. */
const KEYS = ["eos", "eot", "eom"].map((name) => `tokenizer.ggml.${name}_token_id`);

/** The texts of the file's end tokens, without repetition; none where the vocabulary lacks them. */
export function endTokensOf({ kv }: Pick<Gguf, "kv">): string[] {
  const tokens = kv.get("tokenizer.ggml.tokens");
  if (tokens?.type !== "array" || tokens.elementType !== "string") return [];
  const ids = new Set(KEYS.map((key) => idIn(kv.get(key))));
  const texts: string[] = [];
  let id = 0;
  for (const bytes of tokens.rawElements()) {
    if (ids.has(id)) texts.push(new TextDecoder().decode(bytes));
    id += 1;
  }
  return texts;
}

function idIn(value: ReturnType<Gguf["kv"]["get"]>): number | undefined {
  return value !== undefined && "value" in value && typeof value.value === "number"
    ? value.value
    : undefined;
}
