import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";

/** The tokenizer, without its vocabulary. */
export interface Tokenizer {
  /** `gpt2` (byte-pair encoding), `llama` (SentencePiece), `bert`, `t5`, `rwkv`, … */
  readonly model: string | undefined;
  /** How text is split before byte-pair encoding: `qwen2`, `llama-bpe`, … */
  readonly pre: string | undefined;
  /** Ids by role: `bos`, `eos`, `unknown`, `padding`, `fim_pre`, … */
  readonly specialTokens: Readonly<Record<string, number>>;
  /** Whether a prompt is to begin with `bos`, where the file says so. */
  readonly addBos: boolean | undefined;
  readonly addEos: boolean | undefined;
}

const SPECIAL_TOKEN = /^tokenizer\.ggml\.(\w+)_token_id$/;

/** Reads the `tokenizer.ggml.*` keys. */
export function tokenizerOf({ kv }: Pick<Gguf, "kv">): Tokenizer {
  const specialTokens: [role: string, id: number][] = [];
  for (const [key, value] of kv) {
    const role = SPECIAL_TOKEN.exec(key)?.[1];
    const id = numberOf(value);
    if (role !== undefined && id !== undefined) specialTokens.push([role, id]);
  }
  return {
    model: stringOf(kv.get("tokenizer.ggml.model")),
    pre: stringOf(kv.get("tokenizer.ggml.pre")),
    specialTokens: Object.fromEntries(specialTokens),
    addBos: boolOf(kv, "tokenizer.ggml.add_bos_token"),
    addEos: boolOf(kv, "tokenizer.ggml.add_eos_token"),
  };
}

function boolOf(kv: Gguf["kv"], key: string): boolean | undefined {
  const value = kv.get(key);
  return value?.type === "bool" ? value.value : undefined;
}
