import { fstatSync, type BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";

import { GgufError } from "../format/gguf-error.ts";

/** What tells a file from another, and from itself before it was written to. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/** What a file is being used for, for messages. */
export type FileUse = "hashed" | "edited";

/** The identity of the file at a path; undefined where there is none that can be looked at. */
export async function identityAt(path: string): Promise<FileIdentity | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && identityOf(stats);
}

/** The identity of an open file. */
export function identityOfOpen(fd: number): FileIdentity {
  return identityOf(fstatSync(fd, { bigint: true }));
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): FileIdentity {
  return { dev, ino, size, mtimeNs };
}

/**
 * Refuses to go on where a file is another one by now, or has been written to.
 *
 * @throws {GgufError} `file-changed`
 */
export function checkIdentity(
  got: FileIdentity | undefined,
  expected: FileIdentity | undefined,
  file: string,
  use: FileUse,
): void {
  if (got === undefined) throw fileChanged(file, use, "it is gone");
  if (got.dev !== expected?.dev || got.ino !== expected.ino)
    throw fileChanged(file, use, "another file has taken its place");
  if (got.size !== expected.size) {
    const how = `it had ${expected.size} bytes and now has ${got.size}`;
    throw fileChanged(file, use, how, { expected: expected.size, got: got.size });
  }
  if (got.mtimeNs !== expected.mtimeNs) throw fileChanged(file, use, "it was written to");
}

/** The error for a file that is not what it was when its header was read. */
export function fileChanged(
  file: string,
  use: FileUse,
  how: string,
  sizes: { readonly expected?: bigint; readonly got?: bigint } = {},
): GgufError {
  const reason = `changed while it was being ${use}: ${how}`;
  return new GgufError({ code: "file-changed", reason, file, ...sizes });
}
