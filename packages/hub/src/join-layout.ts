import { createHash } from "node:crypto";
import { safeFileName } from "./file-name.ts";
import { JoinLayoutError } from "./join-errors.ts";
import type { JoinCopy, JoinedFile } from "./join.ts";
import type { ByteRange } from "./transfer/chunk-plan.ts";
import type { Piece } from "./transfer/pieces.ts";

/** What a layout is made for. */
export interface LaidOutFile {
  bytes: number;
  /** Names its bytes: a digest or an ETag, with its kind before a colon. */
  content: string;
}

/**
 * A joined file that can be made of these files, with a name that is one on every system and without
 * empty copies, in order. Pure.
 * @throws JoinLayoutError
 */
export function checkedLayout(joined: JoinedFile, files: readonly LaidOutFile[]): JoinedFile {
  const { header, fileSize } = joined;
  const name = safeFileName(joined.name, "model.gguf");
  const copies = joined.copies.filter(({ bytes }) => bytes !== 0).toSorted((a, b) => a.to - b.to);
  const fail = (problem: string): never => {
    throw new JoinLayoutError(name, problem);
  };
  if (!isRange(header.length, fileSize)) fail(`a size of ${fileSize} bytes is below its header's`);
  let end = header.length;
  for (const { file, from, to, bytes } of copies) {
    const input = files[file] ?? fail(`there is no file ${file} to be joined`);
    if (!isRange(from, from + bytes, input.bytes)) {
      fail(`file ${file} has ${input.bytes} bytes, not ${bytes} from byte ${from} on`);
    }
    if (!isRange(end, to) || !isRange(to, to + bytes, fileSize)) {
      fail(`${bytes} bytes at byte ${to} lie outside of it or over what is there`);
    }
    end = to + bytes;
  }
  for (const index of files.keys()) {
    const twice = copiesOf(copies, index).find(({ from }, at, all) => from < endOf(all[at - 1]));
    if (twice !== undefined) fail(`byte ${twice.from} of file ${index} goes to two places`);
  }
  return { name, header, fileSize, copies };
}

/** Names a layout, and the content that it is of: 64 hex digits. Pure. */
export function layoutId(
  { header, fileSize, copies }: JoinedFile,
  files: readonly LaidOutFile[],
): string {
  const ranges = copies.map(({ file, from, to, bytes }) => [file, from, to, bytes]);
  const contents = files.map(({ bytes, content }) => [bytes, content]);
  const text = JSON.stringify({ layout: 1, fileSize, header: header.length, ranges, contents });
  return createHash("sha256").update(text).update(header).digest("hex");
}

/** The ranges of a file that lie in the joined one, which is at `path`; in order. Pure. */
export function segmentsOf({ copies }: JoinedFile, file: number, path: string): Piece[] {
  return copiesOf(copies, file).map(({ from, to, bytes }) => ({
    start: from,
    end: from + bytes,
    path,
    at: to,
  }));
}

/** Where the joined file has zeros, since nothing goes there. Pure. */
export function gapsOf({ header, fileSize, copies }: JoinedFile): ByteRange[] {
  const gaps: ByteRange[] = [];
  let start = header.length;
  for (const { to, bytes } of [...copies, { to: fileSize, bytes: 0 }]) {
    if (to > start) gaps.push({ start, end: to });
    start = to + bytes;
  }
  return gaps;
}

function copiesOf(copies: readonly JoinCopy[], file: number): JoinCopy[] {
  return copies.filter((copy) => copy.file === file).toSorted((a, b) => a.from - b.from);
}

function endOf(copy: JoinCopy | undefined): number {
  return copy === undefined ? 0 : copy.from + copy.bytes;
}

/** Whether these are positions in a file, none before the one before it. */
function isRange(...positions: number[]): boolean {
  return positions.every((at, index) => {
    return Number.isSafeInteger(at) && at >= (positions[index - 1] ?? 0);
  });
}
