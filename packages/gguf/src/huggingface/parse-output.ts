import type {
  GGUFMetadata,
  GGUFParseOutput,
  GGUFTensorInfo,
  GGUFTypedMetadata,
  GGUFValueType,
  MetadataValue,
} from "@huggingface/gguf";

import type { GgufValue } from "../format/gguf-value.ts";
import type { Gguf, TensorInfo } from "../format/gguf.ts";
import { TENSOR_TYPES } from "../format/tensor-type.ts";
import { VALUE_TYPE_IDS } from "./value-type-id.ts";

/** Fields of the header that stand in `metadata` beside the KV pairs, and before their namesakes. */
export const HEADER_FIELDS: ReadonlySet<string> = new Set(["version", "tensor_count", "kv_count"]);

interface TypedValue {
  value: MetadataValue;
  type: GGUFValueType;
  subType?: GGUFValueType;
}

/**
 * The header's fields and KV pairs, decoded and with their types, in file order. A pair of the same
 * name as a field has no place here: `readGguf` gives it.
 */
export function typedMetadataOf({ version, tensors, kv }: Gguf): GGUFTypedMetadata {
  const count = version === 1 ? VALUE_TYPE_IDS.u32 : VALUE_TYPE_IDS.u64;
  const entries: [key: string, value: TypedValue][] = [
    ["version", { value: version, type: VALUE_TYPE_IDS.u32 }],
    ["tensor_count", { value: BigInt(tensors.length), type: count }],
    ["kv_count", { value: BigInt(kv.size), type: count }],
  ];
  for (const [key, value] of kv) if (!HEADER_FIELDS.has(key)) entries.push([key, typed(value)]);
  // Unlike an assignment, it makes a plain property of `__proto__` too. The type knows each key's
  // value, which nothing has checked: as in @huggingface/gguf.
  return Object.fromEntries(entries) as GGUFTypedMetadata;
}

function typed(value: GgufValue): TypedValue {
  const type = VALUE_TYPE_IDS[value.type];
  return value.type === "array"
    ? { value: value.toArray(), type, subType: VALUE_TYPE_IDS[value.elementType] }
    : { value: value.value, type };
}

/** What `gguf` returns unless it is asked for more. */
export function parseOutput(gguf: Gguf, typedMetadata: GGUFTypedMetadata): GGUFParseOutput {
  const { dataOffset, byteOrder, tensors, raw } = gguf;
  const plain = Object.entries(typedMetadata).map(([key, { value }]) => [key, value] as const);
  const metadata: object = Object.fromEntries(plain);
  return {
    metadata: metadata as GGUFMetadata,
    tensorInfos: tensors.map(tensorInfo),
    tensorDataOffset: BigInt(dataOffset),
    littleEndian: byteOrder === "little",
    tensorInfoByteRange: [...raw.tensorInfos],
  };
}

function tensorInfo({ name, shape, type, offset }: TensorInfo): GGUFTensorInfo {
  return {
    name,
    n_dims: shape.length,
    shape: shape.map(BigInt),
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- newer ids have no name there
    dtype: TENSOR_TYPES[type].id,
    offset: BigInt(offset),
  };
}

/** Elements of all tensors. */
export function parameterCountOf({ tensors }: Gguf): number {
  return tensors.reduce((sum, { elements }) => sum + elements, 0);
}
