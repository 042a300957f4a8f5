import type { Gguf } from "../format/gguf.ts";
import { headersOf, tensorsByName, type ModelHeader } from "./compared-model.ts";
import { compareMetadata, type MetadataComparison } from "./compare-metadata.ts";
import { compareTensors, type TensorComparison } from "./compare-tensors.ts";

/** A field of the header itself that differs. */
export interface HeaderDifference {
  readonly field: "version" | "byteOrder" | "alignment";
  readonly a: number | string;
  readonly b: number | string;
}

/** Two models compared by their headers: plain data, but for bigints among the values. */
export interface GgufComparison {
  /** Whether nothing below differs. Tensor data are not looked at. */
  readonly identical: boolean;
  readonly header: readonly HeaderDifference[];
  readonly metadata: MetadataComparison;
  readonly tensors: TensorComparison;
}

const HEADER_FIELDS = ["version", "byteOrder", "alignment"] as const;

/**
 * Compares two models by their headers: what `b` has more, less and otherwise than `a`. A set of
 * shards compares as the one model that it is: with the metadata of its first shard, as llama.cpp
 * reads it, and the tensors of all. Linear in the size of the headers.
 *
 * @throws {GgufError} `duplicate-tensor` where two shards of a set have a tensor of the same name
 */
export function compareGguf(a: ModelHeader, b: ModelHeader): GgufComparison {
  const headersOfA = headersOf(a);
  const headersOfB = headersOf(b);
  const header = compareHeaders(headersOfA[0], headersOfB[0]);
  const metadata = compareMetadata(headersOfA[0], headersOfB[0]);
  const tensors = compareTensors(tensorsByName(headersOfA), tensorsByName(headersOfB));
  const identical = header.length === 0 && [metadata, tensors].every(isWithoutDifference);
  return { identical, header, metadata, tensors };
}

function compareHeaders(a: Gguf, b: Gguf): HeaderDifference[] {
  return HEADER_FIELDS.filter((field) => a[field] !== b[field]).map((field) => ({
    field,
    a: a[field],
    b: b[field],
  }));
}

function isWithoutDifference(compared: MetadataComparison | TensorComparison): boolean {
  const { added, removed, changed, reordered } = compared;
  return added.length + removed.length + changed.length === 0 && !reordered;
}
