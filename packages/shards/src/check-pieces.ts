import { basename } from "node:path";
import { GgufError, readGguf, type ByteSource, type Gguf, type GgufErrorCode } from "@ggufkit/gguf";
import { openFile, type FileSource } from "@ggufkit/gguf/node";
import type { FoundShardSet } from "./find-shard-set.ts";
import type { ShardFinding, ShardHeader } from "./shard-finding.ts";

const MAGIC = "GGUF";
/** What a file that ends too early is refused with. */
const CUT_SHORT: ReadonlySet<string> = new Set<GgufErrorCode>([
  "truncated",
  "data-start-beyond-file",
  "tensor-beyond-file",
]);

/**
 * Reads the header of a file that was cut into raw pieces, wherever in them it ends, and checks that
 * the pieces are all of the file and no more.
 * @throws the signal's reason when aborted
 */
export async function checkPieces(
  { files, missing, whole }: Pick<FoundShardSet, "files" | "missing" | "whole">,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<{ headers: ShardHeader[]; findings: ShardFinding[] }> {
  const findings: ShardFinding[] = [];
  const header: ShardHeader = { name: whole, gguf: undefined };
  // What goes on behind a gap is anybody's guess.
  if (missing.length > 0) return { headers: [header], findings };
  const pieces: FileSource[] = [];
  try {
    for (const path of files) pieces.push(await openFile(path));
    for (const piece of pieces.slice(1)) if (await isGguf(piece)) findings.push(notAPiece(piece));
    const source = appended(pieces);
    header.gguf = await readGguf(source, { file: whole, signal });
    const end = dataEnd(header.gguf);
    if (source.byteLength > end)
      findings.push({ code: "file-size", shard: whole, expected: end, got: source.byteLength });
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    // Where no name tells how many there are, this is how it is known.
    const hint = CUT_SHORT.has(error.code) ? "; its last pieces may be missing" : "";
    const got = error.message + hint;
    findings.push({ code: "unreadable-shard", shard: whole, expected: "a header", got });
  } finally {
    await Promise.all(pieces.map((piece) => piece.close()));
  }
  return { headers: [header], findings };
}

/** Files one after the other as one source. */
function appended(pieces: readonly FileSource[]): ByteSource & { byteLength: number } {
  const starts: number[] = [];
  let byteLength = 0;
  for (const piece of pieces) {
    starts.push(byteLength);
    byteLength += piece.byteLength;
  }
  return {
    byteLength,
    async read(start, end, signal) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(end, byteLength) - start));
      for (const [index, piece] of pieces.entries()) {
        const at = starts[index] ?? 0;
        const first = Math.max(start, at);
        const last = Math.min(end, at + piece.byteLength);
        if (first < last) bytes.set(await piece.read(first - at, last - at, signal), first - start);
      }
      return bytes;
    },
  };
}

async function isGguf(file: FileSource): Promise<boolean> {
  const magic = await file.read(0, MAGIC.length);
  return Buffer.from(magic).toString("latin1") === MAGIC;
}

function notAPiece({ path }: FileSource): ShardFinding {
  const expected = "bytes that go on with the piece before";
  return { code: "not-a-piece", shard: basename(path), expected, got: "a GGUF file of its own" };
}

/** Where the data ends, with the zeros after the last tensor. */
function dataEnd({ dataOffset, headerBytes, tensors, alignment }: Gguf): number {
  const last = tensors.at(-1);
  if (last === undefined) return Math.max(dataOffset, headerBytes);
  return dataOffset + Math.ceil((last.offset + last.bytes) / alignment) * alignment;
}
