import { bytesSource, type Gguf, readGguf } from "@ggufkit/gguf";
import type { FilePlan, NamedGguf } from "../src/index.ts";

/** The file that a plan describes, made in memory: its header, the copies, and zeros elsewhere. */
export function executePlan(
  { header, fileSize, copies }: FilePlan,
  files: readonly Uint8Array[],
): Uint8Array {
  const result = new Uint8Array(fileSize);
  result.set(header);
  let end = header.length;
  for (const { file, from, to, bytes } of copies) {
    const range = files[file]?.subarray(from, from + bytes);
    if (range?.length !== bytes || bytes === 0 || to < end || to + bytes > fileSize)
      throw new RangeError(`no such copy: ${JSON.stringify({ file, from, to, bytes })}`);
    result.set(range, to);
    end = to + bytes;
  }
  return result;
}

/** A file's header, with a name. */
export async function named(name: string, bytes: Uint8Array): Promise<NamedGguf> {
  return { name, gguf: await readGguf(bytesSource(bytes), { file: name }) };
}

/** The bytes of every tensor, by name. */
export function tensorsOf({ tensors, dataOffset }: Gguf, bytes: Uint8Array): Map<string, Buffer> {
  const start = (offset: number): number => dataOffset + offset;
  return new Map(
    tensors.map(({ name, offset, bytes: size }) => [
      name,
      Buffer.from(bytes.subarray(start(offset), start(offset) + size)),
    ]),
  );
}
