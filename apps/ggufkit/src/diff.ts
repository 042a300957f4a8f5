import {
  compareGguf,
  compareTensorData,
  type CompareProgress,
  type Gguf,
  type GgufComparison,
  type TensorDataComparison,
} from "@ggufkit/gguf";
import { follow } from "@ggufkit/terminal";

import type { DiffModel } from "./diff-model.ts";

/** Two models compared: data that every view renders. */
export interface Diff extends Omit<GgufComparison, "identical"> {
  /** Whether nothing that was compared differs. */
  readonly identical: boolean;
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Undefined where the data were not compared. */
  readonly data: TensorDataComparison | undefined;
}

/** What a diff says about one model. */
export interface DiffSide {
  /** As it was typed. */
  readonly source: string;
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly tensors: number;
  /** Tensor data in bytes. */
  readonly bytes: number;
}

/** How far two models are compared. */
export interface DiffOptions {
  readonly content: boolean;
  readonly signal: AbortSignal;
  readonly show: (progress: CompareProgress) => void;
}

/** Compares two models' headers, and their tensors' data where asked to. */
export async function diffModels(a: DiffModel, b: DiffModel, options: DiffOptions): Promise<Diff> {
  const { content, signal, show } = options;
  const { identical: sameHeaders, ...differences } = compareGguf(headersOf(a), headersOf(b));
  const data = content
    ? await follow(compareTensorData(a.files, b.files, { signal }), show)
    : undefined;
  const identical = sameHeaders && data?.identical !== false;
  return { identical, a: sideOf(a), b: sideOf(b), ...differences, data };
}

function headersOf({ files: [first, ...later] }: DiffModel): [Gguf, ...Gguf[]] {
  return [first.gguf, ...later.map(({ gguf }) => gguf)];
}

function sideOf(model: DiffModel): DiffSide {
  const { source, files, missing } = model;
  const tensors = headersOf(model).flatMap((gguf) => gguf.tensors);
  return {
    source,
    files: files.map(({ file }) => file),
    missing,
    tensors: tensors.length,
    bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
