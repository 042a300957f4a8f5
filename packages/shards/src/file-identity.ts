import { stat } from "node:fs/promises";

/** What tells a file from another, and from itself before it was written to. JSON-safe. */
export interface FileIdentity {
  readonly bytes: number;
  /** Nanoseconds since 1970, in decimal. */
  readonly mtimeNs: string;
}

/** The identity of the file at a path, or behind a symlink there; undefined where there is none. */
export async function identityAt(path: string): Promise<FileIdentity | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && { bytes: Number(stats.size), mtimeNs: String(stats.mtimeNs) };
}

/** Whether nothing was written to a file since. */
export function isUnchanged(was: FileIdentity, is: FileIdentity | undefined): boolean {
  return is !== undefined && was.bytes === is.bytes && was.mtimeNs === is.mtimeNs;
}

/** Whether two paths lead to one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  if (first === undefined || second === undefined) return false;
  return first.dev === second.dev && first.ino === second.ino;
}
