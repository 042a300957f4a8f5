import { buildGguf, type BuildKv } from "@ggufkit/fixtures";
import { bytesSource, readGguf, type RopeScaling } from "@ggufkit/gguf";
import { modelFacts, type ModelFacts } from "../src/index.ts";

const TEMPLATE =
  "{%- if enable_thinking is defined and enable_thinking is false %}<think>{% endif %}";

/** A key without the architecture's prefix. */
type OwnKey = [name: string, type: BuildKv[1], value: BuildKv[2]];

/** What a header is made of; what is left out is that of a Qwen3-235B-A22B with few blocks. */
export type Header = {
  architecture?: string;
  name?: string;
  /** Undefined: the file does not say. */
  contextLength?: number | undefined;
  /** LLAMA_FTYPE; Q4_K_M unless told. */
  fileType?: number;
  chatTemplate?: string | undefined;
  keys?: readonly OwnKey[];
  kv?: readonly BuildKv[];
};

/** The facts of a model whose header has these values, read from real bytes. */
export async function factsOf(header: Header = {}): Promise<ModelFacts> {
  const { architecture = "qwen3moe", name = "Qwen3 235B A22B", fileType = 15, keys = [] } = header;
  const contextLength = "contextLength" in header ? header.contextLength : 40_960;
  const chatTemplate = "chatTemplate" in header ? header.chatTemplate : TEMPLATE;
  const own: OwnKey[] = [
    ["block_count", "u32", 2],
    ["embedding_length", "u32", 512],
    ["attention.head_count", "u32", 8],
    ["attention.head_count_kv", "u32", 4],
    ...(contextLength === undefined ? [] : [["context_length", "u32", contextLength] as OwnKey]),
    ...keys,
  ];
  const bytes = buildGguf({
    kv: [
      ["general.architecture", "string", architecture],
      ["general.name", "string", name],
      ["general.file_type", "u32", fileType],
      ...(chatTemplate === undefined
        ? []
        : [["tokenizer.chat_template", "string", chatTemplate] as BuildKv]),
      ...own.map(([key, type, value]) => [`${architecture}.${key}`, type, value] as BuildKv),
      ...(header.kv ?? []),
    ],
    tensors: [{ name: "token_embd.weight", shape: [512, 8], type: "F32" }],
  });
  return modelFacts(await readGguf(bytesSource(bytes)));
}

/** The same model, whose file scales. */
export function scaled(
  model: ModelFacts,
  scaling: Pick<RopeScaling, "type"> & Partial<RopeScaling>,
): ModelFacts {
  const full: RopeScaling = { factor: undefined, originalContextLength: undefined, ...scaling };
  return { ...model, rope: { ...model.rope, scaling: full } };
}
