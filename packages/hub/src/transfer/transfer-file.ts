import type { Digest } from "../digest.ts";
import type { ChunkPlan } from "./chunk-plan.ts";
import type { LedgerIdentity } from "./ledger.ts";
import type { Segments } from "./pieces.ts";
import type { Located, RemoteFile } from "./remote-file.ts";

/** Where a file goes, and where it grows until it is whole: all on one file system. */
export interface TransferTarget {
  /** Its final name. One with segments gets none: whoever joins it has what becomes of it. */
  path: string;
  /** All of it, or what does not lie in segments. */
  partial: string;
  segments?: Segments;
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
  /** A file on this machine that has its bytes: then they are copied, and nobody is asked. */
  local?: string | undefined;
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

/** What the ledger of a target is about, for a file of this content. */
export function ledgerIdentity(
  { segments }: TransferTarget,
  content: string,
  { bytes, chunkBytes }: Pick<ChunkPlan, "bytes" | "chunkBytes">,
): LedgerIdentity {
  return { content, bytes, chunkBytes, ...(segments && { layout: segments.layout }) };
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
