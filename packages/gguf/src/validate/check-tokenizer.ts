import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import { checkType } from "./check-type.ts";
import { finding, type Finding } from "./finding.ts";

const TOKENS = "tokenizer.ggml.tokens";
const SPECIAL_TOKEN = /^tokenizer\.ggml\.\w+_token_id$/;
/** -1 as a u32: what some writers put where there is no such token. */
const NO_TOKEN = 0xffff_ffff;

/** Checks that the tokenizer's arrays belong together and its special tokens are tokens. */
export function* checkTokenizer(gguf: Gguf): Iterable<Finding> {
  const { kv } = gguf;
  yield* checkType(gguf, "tokenizer.ggml.model", "string");
  yield* checkType(gguf, TOKENS, "string[]");
  const tokens = kv.get(TOKENS);
  if (tokens?.type !== "array") return;
  // llama.cpp takes both types of scores.
  yield* checkParallel(gguf, "tokenizer.ggml.scores", tokens.length, "f32[]", "i32[]");
  yield* checkParallel(gguf, "tokenizer.ggml.token_type", tokens.length, "i32[]");
  yield* checkMerges(gguf);
  yield* checkSpecialTokens(gguf, tokens.length);
  yield* checkEmbedding(gguf, tokens.length);
}

function* checkParallel(
  gguf: Gguf,
  key: string,
  expected: number,
  ...types: ("f32[]" | "i32[]")[]
): Iterable<Finding> {
  yield* checkType(gguf, key, ...types);
  const value = gguf.kv.get(key);
  if (value?.type !== "array" || value.length === expected) return;
  const { length: got } = value;
  const reason = `${got} elements for ${expected} tokens`;
  yield finding("error", "array-length", reason, { key, expected, got });
}

function* checkMerges(gguf: Gguf): Iterable<Finding> {
  const key = "tokenizer.ggml.merges";
  yield* checkType(gguf, key, "string[]");
  const { kv } = gguf;
  if (stringOf(kv.get("tokenizer.ggml.model")) !== "gpt2" || kv.has(key)) return;
  // Kimi-K2's byte-pair encoding has none.
  if (stringOf(kv.get("tokenizer.ggml.pre")) === "kimi-k2") return;
  yield finding("error", "missing-merges", "a gpt2 tokenizer needs its merges", { key });
}

function* checkSpecialTokens({ kv }: Gguf, vocabularySize: number): Iterable<Finding> {
  for (const [key, value] of kv) {
    if (!SPECIAL_TOKEN.test(key)) continue;
    const got = numberOf(value);
    if (got !== undefined && got >= 0 && got < vocabularySize) continue;
    const severity = got === NO_TOKEN || got === -1 ? "warning" : "error";
    const reason = `token ${got ?? "of another type"} of a vocabulary of ${vocabularySize}`;
    const place = { key, expected: vocabularySize - 1, got };
    yield finding(severity, "special-token-out-of-range", reason, place);
  }
}

function* checkEmbedding({ tensors }: Gguf, vocabularySize: number): Iterable<Finding> {
  const tensor = "token_embd.weight";
  const rows = tensors.find(({ name }) => name === tensor)?.shape[1];
  if (rows === undefined || rows === vocabularySize) return;
  const reason = `has ${rows} rows for ${vocabularySize} tokens`;
  const place = { tensor, expected: vocabularySize, got: rows };
  yield finding("error", "vocabulary-mismatch", reason, place);
}
