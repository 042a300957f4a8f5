import { copyRanges } from "@ggufkit/gguf/node";
import { asFileNotFound, openLocal } from "../open-local.ts";
import type { ByteRange } from "./chunk-plan.ts";

/** How {@link copyRange} is told and tells. */
export interface CopyRangeOptions {
  signal: AbortSignal;
  /** Takes bytes at their place in the file. */
  write: (bytes: Uint8Array, position: number) => Promise<void>;
  /** Hears of every byte. */
  onBytes: (count: number) => void;
}

/**
 * Copies a range of a file on this machine.
 * @throws FileNotFoundError where it has gone or ends before, what `write` throws; the signal's
 * reason when aborted
 */
export async function copyRange(
  path: string,
  { start, end }: ByteRange,
  { signal, write, onBytes }: CopyRangeOptions,
): Promise<void> {
  const source = await openLocal(path);
  const range = { from: start, to: start, bytes: end - start };
  try {
    await copyRanges(source, [range], write, { file: path, signal, onBytes });
  } catch (error) {
    throw asFileNotFound(error, path);
  } finally {
    await source.close();
  }
}
