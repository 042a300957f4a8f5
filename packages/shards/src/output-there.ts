import { stat } from "node:fs/promises";
import { openFile, type FileSource } from "@ggufkit/gguf/node";
import { isSameFile } from "./file-identity.ts";
import type { FilePlan } from "./file-plan.ts";
import { hasSameContent } from "./same-content.ts";
import { ShardError } from "./shard-error.ts";

/** Refuses to write over what is read. @throws ShardError `is-input` */
export async function checkNoInput(
  outputs: readonly string[],
  inputs: readonly string[],
): Promise<void> {
  for (const output of outputs)
    for (const input of inputs)
      if (await isSameFile(output, input))
        throw new ShardError("is-input", output, "is what is read: it cannot be written as well");
}

/**
 * Whether what a plan would write is there already, byte for byte; `inputs` are the files that it
 * copies from. False where nothing is there, or what is there is to be replaced.
 * @throws ShardError `file-exists` where something else is there and not to be replaced
 */
export async function isThereAlready(
  path: string,
  plan: FilePlan,
  inputs: readonly string[],
  { force = false, signal }: { force?: boolean | undefined; signal?: AbortSignal | undefined },
): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined || (force && stats.isFile())) return false;
  if (!stats.isFile()) throw new ShardError("file-exists", path, "is there, and is no file");
  const files: FileSource[] = [];
  try {
    for (const input of inputs) files.push(await openFile(input));
    if (await hasSameContent(path, plan, files, signal)) return true;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
  throw new ShardError("file-exists", path, "another file is there: not replaced");
}
