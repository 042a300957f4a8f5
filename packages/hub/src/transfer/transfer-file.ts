import type { Digest } from "../digest.ts";
import type { Located, RemoteFile } from "./remote-file.ts";

/** Where a file goes, and where it grows until it is whole: all on one file system. */
export interface TransferTarget {
  path: string;
  partial: string;
  /** What is known of the partial file. */
  ledger: string;
  /** Which process may write it. */
  claim: string;
}

/** A file that is to be fetched. */
export interface TransferFile {
  remote: RemoteFile;
  /** Where users find it. */
  path: string;
  /** Where it was found before, so that it need not be asked for again. */
  located?: Located;
  /** Where known before it is asked for. */
  bytes: number | undefined;
  digest: Digest | undefined;
  target: TransferTarget;
  /** Whether it is there by now: another process may have fetched it. */
  isThere: () => Promise<boolean>;
  /** Is told once it has its final name; nobody else writes it until that is done. */
  finish: (file: FetchedFile) => Promise<void>;
}

/** What names a file's content for good: a digest, or else a strong ETag; undefined without either. */
export function contentOf(
  { digest }: TransferFile,
  located: Located | undefined,
): string | undefined {
  if (digest !== undefined) return `${digest.algorithm}:${digest.hex}`;
  return located?.etag === undefined ? undefined : `etag:${located.etag}`;
}

/** Bytes that a file must have; undefined where its content may be another by now. */
export function promisedBytes({ remote, bytes }: TransferFile): number | undefined {
  return remote.isPinned ? bytes : undefined;
}

/** A file that was fetched. */
export interface FetchedFile {
  sha256: string;
  bytes: number;
  /** The ETag that the server gave it, weak or strong. */
  validator: string | undefined;
}
