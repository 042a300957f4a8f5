import { stat } from "node:fs/promises";

import { GgufError } from "../format/gguf-error.ts";

/** Which file a path names and how it stands; undefined where that cannot be told. */
export async function fingerprintOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeNs].join(":");
}

/**
 * Refuses to go on where a path names another file by now, or the file has been written to.
 *
 * @throws {GgufError} `file-changed`
 */
export async function checkUnchanged(path: string, before: string | undefined): Promise<void> {
  if ((await fingerprintOf(path)) === before) return;
  const reason = "was changed while it was being edited; nothing was written";
  throw new GgufError({ code: "file-changed", reason, file: path });
}
