import { stat } from "node:fs/promises";
import { openFile, type FileSource } from "@ggufkit/gguf/node";
import type { FilePlan, RangeCopy } from "./file-plan.ts";

const BLOCK_BYTES = 2 ** 20;

/**
 * Whether the file at a path is, byte for byte, what a plan would write there; `inputs` are the open
 * files that the plan copies from. One of another size or with another header is not read any further.
 */
export async function hasSameContent(
  path: string,
  plan: FilePlan,
  inputs: readonly FileSource[],
  signal?: AbortSignal,
): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile() || stats.size !== plan.fileSize) return false;
  await using file = await openFile(path);
  for await (const { position, bytes } of plannedBlocks(plan, inputs, signal)) {
    const there = await file.read(position, position + bytes.length, signal);
    if (Buffer.compare(there, bytes) !== 0) return false;
  }
  return true;
}

/** What a plan writes, from start to end, a block at a time. */
async function* plannedBlocks(
  { header, fileSize, copies }: FilePlan,
  inputs: readonly FileSource[],
  signal?: AbortSignal,
): AsyncGenerator<{ position: number; bytes: Uint8Array }, void> {
  let next = 0;
  for (let position = 0; position < fileSize; position += BLOCK_BYTES) {
    signal?.throwIfAborted();
    const end = Math.min(position + BLOCK_BYTES, fileSize);
    const bytes = Buffer.alloc(end - position);
    bytes.set(header.subarray(position, end));
    for (let copy = copies[next]; copy !== undefined && copy.to < end; copy = copies[next]) {
      const piece = overlap(copy, position, end);
      const source = inputs[copy.file];
      bytes.set(
        (await source?.read(piece.from, piece.from + piece.bytes)) ?? [],
        piece.to - position,
      );
      if (copy.to + copy.bytes > end) break; // the rest of it belongs to the next block
      next += 1;
    }
    yield { position, bytes };
  }
}

/** The part of a copy that goes to places from `start` up to `end`. */
function overlap({ file, from, to, bytes }: RangeCopy, start: number, end: number): RangeCopy {
  const first = Math.max(to, start);
  const last = Math.min(to + bytes, end);
  return { file, from: from + first - to, to: first, bytes: last - first };
}
