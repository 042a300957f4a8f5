import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isHeld, takeClaim } from "@ggufkit/hub/files";
import { ShardError } from "./shard-error.ts";

/** Where a file grows until it is whole: beside its final place, so on the same file system. */
export interface WorkDirectory {
  readonly path: string;
  /** A signal that is aborted as `signal` is, or when another process has taken the directory over. */
  stoppedBy: (signal: AbortSignal | undefined) => AbortSignal;
  /** Lets others have it; what is in it stays when `keep`, else it is removed. */
  release: (options: { keep: boolean }) => Promise<void>;
}

const CLAIM = "claim";

/**
 * Takes a directory for work, which one process has at a time. What one that was killed left in it is
 * still there.
 * @throws ShardError `busy` where another process has it, `cannot-write` where its place is no directory
 */
export async function takeWorkDirectory(path: string): Promise<WorkDirectory> {
  await checkParent(path);
  const claimPath = join(path, CLAIM);
  const claim = await takeClaim(claimPath).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ShardError("cannot-write", path, `cannot be made: ${reason}`, { cause });
  });
  if (!isHeld(claim)) {
    const who = claim.pid > 0 ? `process ${claim.pid}` : "another process";
    throw new ShardError("busy", path, `${who} is at work there`);
  }
  const lost = new AbortController();
  const onLost = (): void =>
    lost.abort(new ShardError("busy", path, "another process has taken it over"));
  claim.lost.addEventListener("abort", onLost, { once: true });
  return {
    path,
    stoppedBy: (signal) => (signal ? AbortSignal.any([signal, lost.signal]) : lost.signal),
    async release({ keep }) {
      if (!keep && (await claim.isHeld())) await emptyDirectory(path);
      await claim.release();
      // Not when something was kept, or somebody else came.
      await rmdir(path).catch(() => {});
    },
  };
}

/** Removes all but the claim. */
export async function emptyDirectory(path: string): Promise<void> {
  for (const name of await readdir(path))
    if (name !== CLAIM) await rm(join(path, name), { recursive: true, force: true });
}

async function checkParent(path: string): Promise<void> {
  const directory = dirname(path);
  const stats = await stat(directory).catch(() => undefined);
  if (stats?.isDirectory()) return;
  const problem = stats === undefined ? "there is no such directory" : "is no directory";
  throw new ShardError("cannot-write", directory, problem);
}
