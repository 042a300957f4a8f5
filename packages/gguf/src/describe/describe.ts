import { fileTypeName } from "../format/file-type.ts";
import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import { perLayerOf } from "../format/kv.ts";
import { modelKind, type ModelKind } from "./model-kind.ts";
import {
  countActiveParameters,
  countParameters,
  tensorTypeShares,
  type TensorTypeShare,
} from "./parameters.ts";
import { ropeOf, type Rope } from "./rope.ts";
import { splitOf, type Split } from "../shards/split.ts";
import { thinkingOf, type Thinking } from "./thinking.ts";

/** A model in the terms of those who run it. What the file does not say is undefined. */
export interface ModelDescription {
  readonly kind: ModelKind;
  readonly architecture: string | undefined;
  readonly name: string | undefined;
  readonly parameters: number;
  /** Parameters at work on one token; mixture-of-experts models only. */
  readonly activeParameters: number | undefined;
  /** Bits of tensor data by parameter, all tensors together. */
  readonly bitsPerWeight: number | undefined;
  /** The mix that `general.file_type` names, such as `Q4_K_M`, or else the type with most bytes. */
  readonly quantization: string | undefined;
  /** Most bytes first. */
  readonly tensorTypes: readonly TensorTypeShare[];
  /** In tokens, as trained. */
  readonly contextLength: number | undefined;
  readonly blocks: number | undefined;
  readonly embeddingLength: number | undefined;
  /** Attention heads: one number, or one a layer. */
  readonly heads: number | readonly number[] | undefined;
  /** Key and value heads, likewise; as many as `heads` where the file does not say. */
  readonly kvHeads: number | readonly number[] | undefined;
  /** Length of a key: `attention.key_length`, or else embedding length by heads. */
  readonly headDim: number | undefined;
  readonly experts: number | undefined;
  /** Experts at work on one token. */
  readonly expertsUsed: number | undefined;
  readonly rope: Rope;
  readonly tokenizer: { readonly model: string | undefined; readonly pre: string | undefined };
  readonly vocabularySize: number | undefined;
  readonly chatTemplate: string | undefined;
  readonly thinking: Thinking;
  readonly split: Split | undefined;
}

/**
 * Describes a model. Of a split model, `gguf` is the first shard and `laterShards` the others; given
 * the first alone, the numbers are that shard's and the kind is `shard`.
 *
 * Never throws: a value of an unexpected type counts as missing. (`kvNumber` and its like throw.)
 */
export function describe(gguf: Gguf, laterShards: readonly Gguf[] = []): ModelDescription {
  const { kv } = gguf;
  const tensors = [gguf, ...laterShards].flatMap((shard) => shard.tensors);
  const split = splitOf(gguf);
  const kind = modelKind(gguf, tensors, split);
  const architecture = stringOf(kv.get("general.architecture"));
  const chatTemplate = stringOf(kv.get("tokenizer.chat_template"));
  const parameters = countParameters(tensors);
  const tensorTypes = tensorTypeShares(tensors);
  const bytes = tensorTypes.reduce((sum, share) => sum + share.bytes, 0);
  const shape = shapeOf(gguf, hyperparameterPrefix(gguf, architecture));
  return {
    kind,
    architecture,
    name: stringOf(kv.get("general.name")),
    parameters,
    activeParameters: countActiveParameters(tensors, shape.experts, shape.expertsUsed),
    bitsPerWeight: parameters > 0 ? (bytes * 8) / parameters : undefined,
    quantization: kind === "vocabulary" ? undefined : quantizationOf(gguf, tensorTypes),
    tensorTypes,
    ...shape,
    tokenizer: {
      model: stringOf(kv.get("tokenizer.ggml.model")),
      pre: stringOf(kv.get("tokenizer.ggml.pre")),
    },
    chatTemplate,
    thinking: thinkingOf(chatTemplate),
    split,
  };
}

function quantizationOf({ kv }: Gguf, tensorTypes: readonly TensorTypeShare[]): string | undefined {
  const fileType = kv.get("general.file_type");
  return fileTypeName(numberOf(fileType) ?? stringOf(fileType)) ?? tensorTypes[0]?.type;
}

/** Keys of a projector stand under the modality: `clip.vision.block_count`. */
function hyperparameterPrefix({ kv }: Gguf, architecture: string | undefined): string {
  if (architecture !== "clip") return architecture ?? "";
  return kv.has("clip.vision.block_count") ? "clip.vision" : "clip.audio";
}

type ShapeField =
  | "contextLength"
  | "blocks"
  | "embeddingLength"
  | "heads"
  | "kvHeads"
  | "headDim"
  | "experts"
  | "expertsUsed"
  | "rope"
  | "vocabularySize";

function shapeOf(gguf: Gguf, prefix: string): Pick<ModelDescription, ShapeField> {
  const number = (key: string): number | undefined => numberOf(gguf.kv.get(`${prefix}.${key}`));
  const perLayer = (key: string): number | number[] | undefined =>
    perLayerOf(gguf.kv.get(`${prefix}.${key}`));
  const embeddingLength = number("embedding_length");
  const heads = perLayer("attention.head_count");
  const tokens = gguf.kv.get("tokenizer.ggml.tokens");
  return {
    contextLength: number("context_length"),
    blocks: number("block_count"),
    embeddingLength,
    heads,
    kvHeads: perLayer("attention.head_count_kv") ?? heads,
    headDim: number("attention.key_length") ?? evenShare(embeddingLength, heads),
    experts: number("expert_count"),
    expertsUsed: number("expert_used_count"),
    rope: ropeOf(gguf, prefix),
    vocabularySize: tokens?.type === "array" ? tokens.length : number("vocab_size"),
  };
}

function evenShare(
  embeddingLength: number | undefined,
  heads: number | readonly number[] | undefined,
): number | undefined {
  if (embeddingLength === undefined || typeof heads !== "number" || heads <= 0) return undefined;
  return embeddingLength / heads;
}
