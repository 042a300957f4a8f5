import type { EditPlan } from "../edit/plan-edit.ts";
import { GgufError } from "../format/gguf-error.ts";
import { CHUNK_BYTES } from "../write/tensor-data.ts";
import { checkUnchanged } from "./edit-fingerprint.ts";
import type { FileSource } from "./file-source.ts";
import { createTemporaryFile, type TemporaryFile } from "./temporary-file.ts";

/** Where an edited file is written to. */
export interface RewriteTarget {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Writes the edited file under a temporary name, then gives it the target's, and yields how many
 * bytes are written. Everything from the data section to the file's end is copied. `file` is
 * closed before, as Windows replaces no open file.
 *
 * @throws {GgufError} `file-changed`, `cannot-write-file`
 * @throws the signal's reason; the target is then as it was
 */
export async function* rewrite(
  file: FileSource,
  plan: EditPlan,
  target: RewriteTarget,
  fingerprint: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const temporary = await createTemporaryFile(target.path, target.mode);
  try {
    await temporary.write(plan.header);
    yield plan.header.length;
    yield* copyRest(file, plan, temporary, signal);
    await checkUnchanged(file.path, fingerprint);
    signal?.throwIfAborted();
    await file.close();
    await temporary.commit();
  } finally {
    await temporary.discard();
  }
}

async function* copyRest(
  file: FileSource,
  { oldDataOffset, header }: EditPlan,
  temporary: TemporaryFile,
  signal?: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const { path, byteLength: end } = file;
  for (let position = oldDataOffset; position < end;) {
    const chunk = await file.read(position, position + CHUNK_BYTES, signal);
    if (chunk.length === 0) cutShort(path);
    await temporary.write(chunk);
    position += chunk.length;
    yield header.length + position - oldDataOffset;
  }
}

function cutShort(file: string): never {
  const reason = "became shorter while it was being edited; nothing was written";
  throw new GgufError({ code: "file-changed", reason, file });
}
