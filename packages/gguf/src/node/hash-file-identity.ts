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

/** The identity of the file at a path; undefined where there is none that can be looked at. */
export async function fileIdentity(path: string): Promise<FileIdentity | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && identityOf(stats);
}

/**
 * Makes sure that an open file is the one that it was.
 *
 * @throws {GgufError} `file-changed`
 */
export function checkIdentity(fd: number, expected: FileIdentity, file: string): void {
  const got = identityOf(fstatSync(fd, { bigint: true }));
  if (got.dev !== expected.dev || got.ino !== expected.ino)
    throw fileChanged(file, "another file has taken its place");
  if (got.size !== expected.size) {
    const reason = `it had ${expected.size} bytes and now has ${got.size}`;
    throw fileChanged(file, reason, { expected: expected.size, got: got.size });
  }
  if (got.mtimeNs !== expected.mtimeNs) throw fileChanged(file, "it was written to");
}

/** The error for a file that is not what it was when its header was read. */
export function fileChanged(
  file: string,
  how: string,
  sizes: { readonly expected?: bigint; readonly got?: bigint } = {},
): GgufError {
  const reason = `changed while it was being hashed: ${how}`;
  return new GgufError({ code: "file-changed", reason, file, ...sizes });
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): FileIdentity {
  return { dev, ino, size, mtimeNs };
}
