import { planGguf, type Gguf, type GgufPlan, type GgufValue, type TensorInfo } from "@ggufkit/gguf";
import type { FilePlan, RangeCopy } from "./file-plan.ts";

/** A tensor of an input file. */
export interface InputTensor {
  /** Which of the input files, counted from 0. */
  readonly file: number;
  /** First byte in that file. */
  readonly from: number;
  readonly info: TensorInfo;
}

/** What a GGUF file is put together from. */
export interface OutputParts {
  readonly kv: Iterable<readonly [key: string, value: GgufValue]>;
  readonly tensors: readonly InputTensor[];
  /** The file whose pairs are copied byte for byte, and whose byte order is kept. */
  readonly original: Gguf;
  /** Whether shapes lose trailing 1s, as all that ggml writes does. */
  readonly trimShapes: boolean;
}

/** A GGUF file that is put together from ranges of others. */
export interface OutputPlan extends FilePlan {
  readonly gguf: GgufPlan;
}

/** The tensors of an input file, where it has them. */
export function inputTensors(
  file: number,
  { tensors, dataOffset }: Pick<Gguf, "tensors" | "dataOffset">,
): InputTensor[] {
  return tensors.map((info) => ({ file, from: dataOffset + info.offset, info }));
}

/**
 * Lays out a GGUF file of version 3 whose tensors are copied from others.
 * @throws GgufError as `planGguf`
 */
export function planOutput({ kv, tensors, original, trimShapes }: OutputParts): OutputPlan {
  const infos = tensors.map(({ info }) =>
    trimShapes ? { ...info, shape: trimmed(info.shape) } : info,
  );
  const { byteOrder } = original;
  const gguf = planGguf({ kv, tensors: infos, original, byteOrder });
  const { header, fileSize } = gguf;
  return { header, fileSize, copies: copiesOf(tensors, gguf), gguf };
}

/** Without trailing 1s; a single element is a row of 1. */
function trimmed(shape: readonly number[]): readonly number[] {
  const last = shape.findLastIndex((dimension) => dimension !== 1);
  return last < 0 ? [1] : shape.slice(0, last + 1);
}

/** From the tensors' bytes to their places, in one where they follow each other in both files. */
function copiesOf(
  tensors: readonly InputTensor[],
  { tensors: planned, dataOffset }: GgufPlan,
): RangeCopy[] {
  const copies: RangeCopy[] = [];
  for (const [index, { file, from, info }] of tensors.entries()) {
    const { bytes } = info;
    const to = dataOffset + (planned[index]?.offset ?? 0);
    const last = copies.at(-1);
    if (bytes === 0) continue;
    if (last && goesOn(last, file, from, to)) {
      copies[copies.length - 1] = { ...last, bytes: last.bytes + bytes };
    } else {
      copies.push({ file, from, to, bytes });
    }
  }
  return copies;
}

function goesOn(last: RangeCopy, file: number, from: number, to: number): boolean {
  return last.file === file && last.from + last.bytes === from && last.to + last.bytes === to;
}
