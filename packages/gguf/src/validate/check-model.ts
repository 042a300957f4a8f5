import { hyperparameterPrefix } from "../describe/hyperparameters.ts";
import { blockOf } from "../describe/tensor-sums.ts";
import { modelKind } from "../describe/model-kind.ts";
import { perLayerOf } from "../format/kv.ts";
import { fileTypeName } from "../format/file-type.ts";
import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import { splitOf } from "../shards/split.ts";
import { checkType } from "./check-type.ts";
import { finding, type Finding } from "./finding.ts";

/** LLAMA_MAX_LAYERS of llama.cpp. */
const MAX_BLOCKS = 512;
/** LLAMA_MAX_EXPERTS of llama.cpp. */
const MAX_EXPERTS = 1024;
/** The kinds of `rope.scaling.type` that llama.cpp knows. */
const ROPE_SCALINGS: ReadonlySet<string> = new Set(["none", "linear", "yarn", "longrope"]);

const REQUIRED = ["block_count", "context_length", "embedding_length"] as const;
/** One number, or one a block. */
const PER_LAYER = [
  "attention.head_count",
  "attention.head_count_kv",
  "feed_forward_length",
] as const;

/**
 * Checks what llama.cpp's model loader demands of a model's metadata, and its tensors' names. Only
 * the first shard of a set has metadata; adapters, projectors and the like have other keys.
 */
export function* checkModel(gguf: Gguf): Iterable<Finding> {
  const { kv, tensors } = gguf;
  yield* checkFileType(gguf);
  const split = splitOf(gguf);
  const kind = modelKind(gguf, tensors, split);
  if (kind !== "model" && kind !== "vocabulary" && !(kind === "shard" && split?.no === 0)) return;
  yield* checkType(gguf, "general.architecture", "string");
  const architecture = stringOf(kv.get("general.architecture"));
  if (!kv.has("general.architecture"))
    yield finding("error", "missing-key", "a model needs it", { key: "general.architecture" });
  if (architecture === undefined || kind === "vocabulary") return;
  const prefix = hyperparameterPrefix(gguf);
  yield* checkHyperparameters(gguf, prefix);
  yield* checkRopeScaling(gguf, prefix);
  yield* checkExperts(gguf, prefix);
  yield* checkBlocks(gguf, prefix, kind === "model");
}

function* checkFileType(gguf: Gguf): Iterable<Finding> {
  const key = "general.file_type";
  const value = gguf.kv.get(key);
  if (value === undefined) return;
  // Some writers put the name there: llama.cpp refuses it, other readers take it.
  if (value.type !== "u32") yield* checkType(gguf, key, "u32");
  else if (fileTypeName(value.value) === undefined)
    yield finding("info", "unknown-file-type", `file type ${value.value} is unknown`, {
      key,
      got: value.value,
    });
}

function* checkHyperparameters(gguf: Gguf, prefix: string): Iterable<Finding> {
  const { kv } = gguf;
  for (const name of REQUIRED) {
    const key = `${prefix}.${name}`;
    if (!kv.has(key)) yield finding("error", "missing-key", "a model needs it", { key });
    yield* checkType(gguf, key, "u32");
  }
  const blocks = numberOf(kv.get(`${prefix}.block_count`));
  if (blocks !== undefined && (blocks < 1 || blocks > MAX_BLOCKS)) {
    const key = `${prefix}.block_count`;
    const reason = `${blocks} blocks, expected 1 to ${MAX_BLOCKS}`;
    yield finding("error", "value-out-of-range", reason, {
      key,
      expected: MAX_BLOCKS,
      got: blocks,
    });
  }
  for (const name of PER_LAYER) {
    const key = `${prefix}.${name}`;
    yield* checkType(gguf, key, "u32", "i32[]", "u32[]");
    const value = kv.get(key);
    if (value?.type !== "array" || blocks === undefined || value.length === blocks) continue;
    const reason = `${value.length} elements for ${blocks} blocks`;
    const place = { key, expected: blocks, got: value.length };
    yield finding("error", "array-length", reason, place);
  }
}

function* checkRopeScaling(gguf: Gguf, prefix: string): Iterable<Finding> {
  const key = `${prefix}.rope.scaling.type`;
  yield* checkType(gguf, key, "string");
  const type = stringOf(gguf.kv.get(key));
  if (type === undefined || ROPE_SCALINGS.has(type)) return;
  const expected = [...ROPE_SCALINGS].join(", ");
  const reason = `unknown scaling, expected one of ${expected}`;
  yield finding("error", "unknown-rope-scaling", reason, { key, expected, got: type });
}

function* checkExperts(gguf: Gguf, prefix: string): Iterable<Finding> {
  const experts = numberOf(gguf.kv.get(`${prefix}.expert_count`)) ?? 0;
  const key = `${prefix}.expert_used_count`;
  const used = [perLayerOf(gguf.kv.get(key)) ?? 0].flat();
  const most = used.reduce((max, count) => Math.max(max, count), 0);
  if (experts > MAX_EXPERTS) {
    const place = { key: `${prefix}.expert_count`, expected: MAX_EXPERTS, got: experts };
    const reason = `${experts} experts, at most ${MAX_EXPERTS}`;
    yield finding("error", "value-out-of-range", reason, place);
  }
  if (most > experts) {
    const reason = `${most} used of ${experts} experts`;
    yield finding("error", "value-out-of-range", reason, { key, expected: experts, got: most });
  } else if (experts > 0 && most === 0) {
    const reason = `none used of ${experts} experts`;
    yield finding("error", "value-out-of-range", reason, { key, expected: experts, got: 0 });
  }
}

function* checkBlocks(gguf: Gguf, prefix: string, isWhole: boolean): Iterable<Finding> {
  const blocks = numberOf(gguf.kv.get(`${prefix}.block_count`));
  if (blocks === undefined || blocks > MAX_BLOCKS) return;
  const seen = new Set<number>();
  for (const { name } of gguf.tensors) {
    const block = blockOf(name);
    if (block === undefined) continue;
    seen.add(block);
    if (block < blocks) continue;
    const reason = `belongs to no block: there are ${blocks}, counted from 0`;
    yield finding("warning", "tensor-beyond-blocks", reason, {
      tensor: name,
      expected: blocks - 1,
    });
  }
  if (!isWhole || seen.size === 0) return;
  const without = Array.from({ length: blocks }, (_, block) => block).filter(
    (block) => !seen.has(block),
  );
  if (without.length === 0) return;
  const reason = `${without.length} of ${blocks} blocks have no tensors, the first is ${without[0]}`;
  const place = { key: `${prefix}.block_count`, expected: blocks, got: blocks - without.length };
  yield finding("error", "block-without-tensors", reason, place);
}
