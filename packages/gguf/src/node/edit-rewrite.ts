import type { EditPlan } from "../edit/plan-edit.ts";
import { CHUNK_BYTES } from "../write/tensor-data.ts";
import { checkIdentity, fileChanged, identityAt, type FileIdentity } from "./file-identity.ts";
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
  identity: FileIdentity | undefined,
  signal?: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const temporary = await createTemporaryFile(target.path, target.mode);
  try {
    await temporary.write(plan.header);
    yield plan.header.length;
    yield* copyRest(file, plan, temporary, signal);
    checkIdentity(await identityAt(file.path), identity, file.path, "edited");
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
    if (chunk.length === 0) throw fileChanged(path, "edited", `it ends at byte ${position}`);
    await temporary.write(chunk);
    position += chunk.length;
    yield header.length + position - oldDataOffset;
  }
}
