import { fileTypeName } from "../format/file-type.ts";
import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";
import { splitOf, type Split } from "../shards/split.ts";
import { attentionOf, type Attention } from "./attention.ts";
import { chatTemplateOf, type ChatTemplate } from "./chat-template.ts";
import { companionOf, type Companion } from "./companion.ts";
import {
  hyperparameterPrefix,
  hyperparametersOf,
  type Hyperparameters,
  type PerLayer,
} from "./hyperparameters.ts";
import { modelKind, type ModelKind } from "./model-kind.ts";
import { countActiveParameters, countParameters } from "./parameters.ts";
import { ropeOf, type Rope } from "./rope.ts";
import {
  layerShares,
  tensorTypeShares,
  type LayerShare,
  type TensorTypeShare,
} from "./tensor-sums.ts";
import { NO_THINKING, type Thinking } from "./thinking.ts";
import { tokenizerOf, type Tokenizer } from "./tokenizer.ts";

/** A model in the terms of those who run it. What the file does not say is undefined. */
export interface ModelDescription extends Attention {
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
  /** In the order of the blocks; what is outside of them comes last. */
  readonly layers: readonly LayerShare[];
  /** In tokens, as trained. */
  readonly contextLength: number | undefined;
  readonly blocks: number | undefined;
  readonly embeddingLength: number | undefined;
  readonly feedForwardLength: PerLayer | undefined;
  readonly experts: number | undefined;
  /** Experts at work on one token; the most where that differs by layer. */
  readonly expertsUsed: number | undefined;
  /** Experts that work on every token, beside those. */
  readonly sharedExperts: number | undefined;
  readonly rope: Rope;
  readonly tokenizer: Tokenizer;
  readonly vocabularySize: number | undefined;
  readonly chatTemplate: string | undefined;
  /** What the chat template can do; undefined where there is none, or none that can be read. */
  readonly chat: ChatTemplate | undefined;
  /** Names of further templates: `tokenizer.chat_template.NAME`. */
  readonly namedChatTemplates: readonly string[];
  readonly thinking: Thinking;
  /** What an adapter, projector or importance matrix says about itself. */
  readonly companion: Companion | undefined;
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
  const prefix = hyperparameterPrefix(gguf);
  const keys = hyperparametersOf(gguf);
  const chatTemplate = stringOf(kv.get("tokenizer.chat_template"));
  const chat = chatTemplate === undefined ? undefined : chatTemplateOf(chatTemplate);
  const expertsUsed = keys.perLayer("expert_used_count");
  return {
    kind,
    architecture: stringOf(kv.get("general.architecture")),
    name: stringOf(kv.get("general.name")),
    ...sizesOf(gguf, tensors, kind),
    activeParameters: countActiveParameters(tensors, keys.number("expert_count"), expertsUsed),
    contextLength: keys.number("context_length"),
    blocks: keys.number("block_count"),
    embeddingLength: keys.number("embedding_length"),
    feedForwardLength: keys.perLayer("feed_forward_length"),
    ...attentionOf(gguf, prefix, keys),
    experts: keys.number("expert_count"),
    expertsUsed: expertsUsed === undefined ? undefined : most(expertsUsed),
    sharedExperts: keys.number("expert_shared_count"),
    rope: ropeOf(gguf, prefix, keys, tensors),
    tokenizer: tokenizerOf(gguf),
    vocabularySize: vocabularySizeOf(gguf, keys),
    chatTemplate,
    chat,
    namedChatTemplates: namedChatTemplates(gguf),
    thinking: chat?.thinking ?? NO_THINKING,
    companion: companionOf(gguf, kind),
    split,
  };
}

type SizeField = "parameters" | "bitsPerWeight" | "quantization" | "tensorTypes" | "layers";

function sizesOf(
  { kv }: Gguf,
  tensors: Gguf["tensors"],
  kind: ModelKind,
): Pick<ModelDescription, SizeField> {
  const parameters = countParameters(tensors);
  const tensorTypes = tensorTypeShares(tensors);
  const bytes = tensorTypes.reduce((sum, share) => sum + share.bytes, 0);
  const fileType = kv.get("general.file_type");
  const mix = fileTypeName(numberOf(fileType) ?? stringOf(fileType));
  return {
    parameters,
    bitsPerWeight: parameters > 0 ? (bytes * 8) / parameters : undefined,
    quantization: kind === "vocabulary" ? undefined : (mix ?? tensorTypes[0]?.type),
    tensorTypes,
    layers: layerShares(tensors),
  };
}

function most(value: PerLayer): number {
  return typeof value === "number" ? value : value.reduce((max, next) => Math.max(max, next), 0);
}

function vocabularySizeOf({ kv }: Gguf, keys: Hyperparameters): number | undefined {
  const tokens = kv.get("tokenizer.ggml.tokens");
  return tokens?.type === "array" ? tokens.length : keys.number("vocab_size");
}

const NAMED_TEMPLATE = /^tokenizer\.chat_template\.(.+)$/;

function namedChatTemplates({ kv }: Gguf): string[] {
  return [...kv.keys()].flatMap((key) => NAMED_TEMPLATE.exec(key)?.[1] ?? []);
}
