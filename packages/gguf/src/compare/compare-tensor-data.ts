import { GgufError } from "../format/gguf-error.ts";
import type { Gguf } from "../format/gguf.ts";
import { readInto, type ByteSource } from "../source/byte-source.ts";
import { changesBetween } from "./compare-tensors.ts";
import { tensorsByName, type ModelTensor } from "./compared-model.ts";
import { firstDifference } from "./first-difference.ts";

/** A file to compare the data of: its header, and where its bytes come from. */
export interface ComparedFile {
  readonly gguf: Gguf;
  readonly source: ByteSource;
  /** Path or address, for error messages. */
  readonly file?: string | undefined;
}

/** How far a comparison of data has come, in bytes of one side. */
export interface CompareProgress {
  readonly type: "progress";
  readonly tensor: string;
  readonly done: number;
  readonly total: number;
}

/** A tensor whose data differ. */
export interface DataDifference {
  readonly tensor: string;
  /** The first byte that differs, counted from the start of the tensor's data. */
  readonly firstByte: number;
}

/** The data of the tensors that two models have in the same shape and type, compared. */
export interface TensorDataComparison {
  /** Whether all of them could be compared and are equal. */
  readonly identical: boolean;
  /** How many were compared. */
  readonly compared: number;
  readonly different: readonly DataDifference[];
  /** Tensors that the models store in different byte orders: their bytes say nothing. */
  readonly incomparable: readonly string[];
}

/** How `compareTensorData` reads. */
export interface CompareDataOptions {
  readonly signal?: AbortSignal | undefined;
}

// One of each side is held at a time.
const CHUNK_BYTES = 2 ** 20;

interface Pair {
  readonly name: string;
  readonly a: ModelTensor;
  readonly b: ModelTensor;
}

/**
 * Compares the data of tensors of the same name, shape and type, byte by byte, up to the first
 * difference in each. Streams: memory does not grow with the files.
 *
 * @param a the files of a model, the first shard first
 * @throws {GgufError} `truncated` where a file ends before its data do, `duplicate-tensor`
 * @throws whatever a source throws, unchanged
 */
export async function* compareTensorData(
  a: readonly ComparedFile[],
  b: readonly ComparedFile[],
  { signal }: CompareDataOptions = {},
): AsyncGenerator<CompareProgress, TensorDataComparison> {
  const pairs = pairsOf(a, b);
  const isIncomparable = ({ a: ofA, b: ofB }: Pair): boolean =>
    a[ofA.shard]?.gguf.byteOrder !== b[ofB.shard]?.gguf.byteOrder;
  const comparable = pairs.filter((pair) => !isIncomparable(pair));
  const total = comparable.reduce((sum, pair) => sum + pair.a.info.bytes, 0);
  const different: DataDifference[] = [];
  const bufferA = new Uint8Array(CHUNK_BYTES);
  const bufferB = new Uint8Array(CHUNK_BYTES);
  let before = 0;
  for (const pair of comparable) {
    const { name: tensor } = pair;
    yield { type: "progress", tensor, done: before, total };
    const readA = readerOf(a, pair.a, bufferA);
    const readB = readerOf(b, pair.b, bufferB);
    const steps = compareData(readA, readB, pair.a.info.bytes, signal);
    let step = await steps.next();
    for (; !step.done; step = await steps.next())
      yield { type: "progress", tensor, done: before + step.value, total };
    if (step.value !== undefined) different.push({ tensor, firstByte: step.value });
    before += pair.a.info.bytes;
  }
  const incomparable = pairs.filter(isIncomparable).map(({ name }) => name);
  const identical = different.length + incomparable.length === 0;
  return { identical, compared: comparable.length, different, incomparable };
}

/** In the order of `a`'s files, so that one side at least is read from front to back. */
function pairsOf(a: readonly ComparedFile[], b: readonly ComparedFile[]): Pair[] {
  const tensorsOfB = tensorsByName(b.map(({ gguf }) => gguf));
  return [...tensorsByName(a.map(({ gguf }) => gguf))].flatMap(([name, ofA]) => {
    const ofB = tensorsOfB.get(name);
    return ofB && changesBetween(ofA.info, ofB.info).length === 0 ? [{ name, a: ofA, b: ofB }] : [];
  });
}

/** Reads a chunk from an offset in a tensor's data; it is valid up to the next call. */
type Read = (offset: number, signal?: AbortSignal) => Promise<Uint8Array>;

function readerOf(
  files: readonly ComparedFile[],
  { info, shard }: ModelTensor,
  buffer: Uint8Array,
): Read {
  const compared = files[shard];
  if (!compared) throw new RangeError(`no file ${shard} of ${files.length}`);
  const { gguf, source, file } = compared;
  return async (offset, signal) => {
    const start = gguf.dataOffset + info.offset + offset;
    const wanted = buffer.subarray(0, Math.min(buffer.length, info.bytes - offset));
    const filled = await readInto(source, wanted, start, signal);
    if (filled === wanted.length) return wanted;
    const at = start + filled;
    const reason = "the file ends within its data";
    throw new GgufError({ code: "truncated", reason, file, tensor: info.name, offset: at });
  };
}

/** Yields how many bytes were compared; returns the first that differs. */
async function* compareData(
  readA: Read,
  readB: Read,
  bytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, number | undefined> {
  for (let offset = 0; offset < bytes; offset += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const [a, b] = await Promise.all([readA(offset, signal), readB(offset, signal)]);
    const difference = firstDifference(a, b);
    if (difference !== undefined) return offset + difference;
    yield offset + a.length;
  }
  return undefined;
}
