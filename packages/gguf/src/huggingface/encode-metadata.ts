import type { GGUFTypedMetadata, GGUFValueType, MetadataValue } from "@huggingface/gguf";

import { GgufError } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import { VALUE_TYPE_NAMES, type ValueTypeName } from "../format/value-type.ts";
import { alignmentOf } from "../write/alignment.ts";
import { checkedFixed } from "../write/check-value.ts";
import { ggufValue, type NewValueType } from "../write/create-value.ts";
import { putKey, putValue } from "../write/encode-kv.ts";
import {
  createEncoder,
  putBytes,
  putFixed,
  putLength,
  putU32,
  type Encoder,
} from "../write/encoder.ts";
import { MAGIC } from "../write/plan-gguf.ts";
import { HEADER_FIELDS } from "./parse-output.ts";

/** A header up to the last KV pair. */
export interface EncodedMetadata {
  readonly encoder: Encoder;
  /** What `general.alignment` says, or the default. */
  readonly alignment: number;
}

/**
 * Encodes everything of a header that typed metadata has: all up to the last KV pair.
 *
 * @throws {GgufError} `unsupported-version`, `bad-value-type`, `bad-value`, `bad-alignment`,
 * `empty-key`, `string-too-long`, `array-too-long`, `header-too-large`
 */
export function encodeMetadata(
  typedMetadata: GGUFTypedMetadata,
  littleEndian: boolean,
): EncodedMetadata {
  const { value: version } = typedMetadata.version;
  const kv = kvOf(typedMetadata);
  const encoder = createEncoder({ littleEndian, lengthBytes: version === 1 ? 4 : 8 });
  putBytes(encoder, MAGIC);
  putU32(encoder, knownVersion(version));
  putTensorCount(encoder, typedMetadata.tensor_count.value);
  putLength(encoder, kv.size);
  for (const [key, value] of kv) {
    putKey(encoder, key);
    putValue(encoder, value, key);
  }
  return { encoder, alignment: alignmentOf(kv) };
}

function knownVersion(version: number): number {
  if (version === 1 || version === 2 || version === 3) return version;
  const reason = `version ${version} is unknown, expected 1, 2 or 3`;
  throw new GgufError({ code: "unsupported-version", reason, got: version });
}

function putTensorCount(encoder: Encoder, count: bigint): void {
  const place = { key: "tensor_count" };
  if (encoder.lengthBytes === 4)
    putFixed(encoder, "u32", checkedFixed("u32", Number(count), place));
  else putFixed(encoder, "u64", checkedFixed("u64", count, place));
}

function kvOf(typedMetadata: GGUFTypedMetadata): Map<string, GgufValue> {
  const pairs = Object.entries(typedMetadata).filter(([key]) => !HEADER_FIELDS.has(key));
  return new Map(pairs.map(([key, entry]) => [key, valueOf(key, entry)]));
}

interface Entry {
  readonly value?: MetadataValue | undefined;
  readonly type: GGUFValueType;
  readonly subType?: GGUFValueType | undefined;
}

function valueOf(key: string, entry: Entry): GgufValue {
  try {
    return ggufValue(newValueType(entry), entry.value as unknown);
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    const { code, reason, expected, got } = error;
    throw new GgufError({ code, reason, key, expected, got }, { cause: error });
  }
}

function newValueType({ type, subType }: Entry): NewValueType {
  const name = typeName(type);
  if (name !== "array") return name;
  if (subType === undefined) return refuseType("Array type requires subType to be specified");
  const elementType = typeName(subType);
  return elementType === "array" ? refuseType("an array of arrays") : `${elementType}[]`;
}

function typeName(type: GGUFValueType): ValueTypeName {
  return VALUE_TYPE_NAMES[type] ?? refuseType(`unknown value type ${type}`);
}

function refuseType(reason: string): never {
  throw new GgufError({ code: "bad-value-type", reason });
}
