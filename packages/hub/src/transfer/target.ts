import { rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { allocatedBytes } from "./disk-space.ts";
import { chunkPlan } from "./chunk-plan.ts";
import { readLedger, stateBytes } from "./ledger.ts";
import { ledgerIdentity, type TransferTarget } from "./transfer-file.ts";

/** The end of a partial file's name that every Hugging Face tool knows as one: eight hex digits. */
const MARK = "66b0f11e";

/** A blob of the Hub's cache: it grows beside the others, as other tools' partial blobs do. */
export function blobTarget(blob: string, locksDir: string): TransferTarget {
  const partial = `${blob}.${MARK}.incomplete`;
  const claim = join(locksDir, `${basename(blob)}.ggufkit`);
  return { path: blob, partial, ledger: `${partial}.ledger`, claim };
}

/** A file that grows in a work directory of its own, on the same file system. */
export function workTarget(path: string, workDir: string): TransferTarget {
  const work = join(workDir, basename(path));
  return {
    path,
    partial: `${work}.incomplete`,
    ledger: `${work}.ledger`,
    claim: `${work}.claim`,
  };
}

/** Bytes of a file that an earlier run left, and what they take on the disk. */
export async function leftBytes(
  target: TransferTarget,
  content: string | undefined,
  { bytes, chunkBytes }: { bytes: number | undefined; chunkBytes: number },
): Promise<{ done: number; allocated: number }> {
  const allocated = await allocatedBytes(target.partial);
  if (bytes === undefined || content === undefined || allocated === 0) {
    return { done: 0, allocated };
  }
  return { done: await notedBytes(target, content, { bytes, chunkBytes }), allocated };
}

/** Bytes of a file that an earlier run left, as the ledger has it. */
export async function notedBytes(
  target: TransferTarget,
  content: string,
  { bytes, chunkBytes }: { bytes: number; chunkBytes: number },
): Promise<number> {
  const identity = ledgerIdentity(target, content, { bytes, chunkBytes });
  const state = await readLedger(target.ledger, identity);
  return state === undefined ? 0 : stateBytes(chunkPlan(bytes, chunkBytes), state);
}

/** Removes a work directory, and those above it up to `root`, as far as they are empty. */
export async function removeEmptyDirectories(directory: string, root: string): Promise<void> {
  for (let at = directory; at !== root && at.startsWith(root); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return; // somebody else works there
    }
  }
}
