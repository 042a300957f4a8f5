import { basename } from "node:path/posix";
import { mapShards, readGguf, type ByteSource } from "@ggufkit/gguf";
import type { NamedGguf } from "./merge-plan.ts";

/**
 * Reads the headers of shards, several at a time, wherever they are. A name may be a path in a
 * repository; what comes back has file names.
 * @throws GgufError where one has no header; the signal's reason when aborted
 */
export function readHeaders(
  shards: readonly { name: string; source: ByteSource }[],
  signal: AbortSignal | undefined,
): Promise<NamedGguf[]> {
  const read = async (
    { name, source }: (typeof shards)[number],
    stop: AbortSignal,
  ): Promise<NamedGguf> => {
    return { name: basename(name), gguf: await readGguf(source, { file: name, signal: stop }) };
  };
  return mapShards(shards, read, signal);
}
