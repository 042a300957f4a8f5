import type { GgufPlan } from "../write/plan-gguf.ts";
import type { DataOf } from "../write/tensor-data.ts";
import type { PlannedTensor } from "../write/tensor-layout.ts";
import { writeGguf, type WriteOptions } from "../write/write-gguf.ts";
import { createTemporaryFile } from "./temporary-file.ts";

/** How far a file has been written, in bytes. */
export interface WriteProgress {
  readonly type: "progress";
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Writes a planned file and tells how far it is, at most once in 4 MiB. The file has another name
 * beside `path` until it is whole and on the disk; a file that is at `path` is then replaced. On an
 * error, or where the consumer stops, that file stays as it is and nothing is left behind.
 *
 * @throws {GgufError} `cannot-write-file` with the system's error as its cause; as `writeGguf`
 * @throws whatever `dataOf` and its sources throw, unchanged, and the signal's reason
 */
export async function* writeGgufFile(
  path: string,
  plan: GgufPlan,
  dataOf: DataOf<PlannedTensor>,
  options: WriteOptions = {},
): AsyncGenerator<WriteProgress, void, undefined> {
  const temporary = await createTemporaryFile(path);
  try {
    let done = 0;
    for await (const chunk of writeGguf(plan, dataOf, options)) {
      await temporary.write(chunk);
      done += chunk.length;
      yield { type: "progress", file: path, done, total: plan.fileSize };
    }
    options.signal?.throwIfAborted();
    await temporary.commit();
  } finally {
    await temporary.discard();
  }
}
