import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** The right to write a partial file, which one process has at a time. */
export interface Claim {
  /** Aborted when another process has taken it over, since this one seemed dead. */
  lost: AbortSignal;
  release: () => Promise<void>;
}

/** Who has a claim, as its file tells. */
export interface Claimant {
  pid: number;
  host: string;
  /** Unique to the claim. */
  token: string;
}

// A living claimant touches its file this often. One that was not touched for ten times as long, by
// a machine that sleeps or a process that hangs, is taken over.
const TOUCH_MS = 3000;
const STALE_MS = 10 * TOUCH_MS;

/**
 * Takes a claim, a file that says who has it; the claimant where another process has it. Node has no
 * locks that end with a process, so one whose process is gone, or has not moved for 30 s, is taken
 * over. Should two processes ever hold it, they write the same bytes to the same places: the digest
 * that every file is held against before it gets its name does not depend on claims.
 */
export async function takeClaim(path: string): Promise<Claim | Claimant> {
  await mkdir(dirname(path), { recursive: true });
  const token = randomBytes(8).toString("hex");
  for (;;) {
    if (await create(path, { pid: process.pid, host: hostname(), token })) return hold(path, token);
    const state = await look(path);
    if (state === undefined) continue; // it has just been released
    if (!state.isStale) return state.claimant;
    await remove(path, state.claimant.token);
  }
}

/** Whether {@link takeClaim} got it. */
export function isHeld(claim: Claim | Claimant): claim is Claim {
  return "release" in claim;
}

async function create(path: string, claimant: Claimant): Promise<boolean> {
  let handle;
  try {
    handle = await open(path, "wx");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  try {
    await handle.writeFile(JSON.stringify(claimant));
  } finally {
    await handle.close();
  }
  return true;
}

async function look(path: string): Promise<{ claimant: Claimant; isStale: boolean } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    const claimant = parseClaimant(await readFile(path, "utf8"));
    const isOld = Date.now() - mtimeMs > STALE_MS;
    return { claimant, isStale: isOld || isDead(claimant) };
  } catch {
    return undefined;
  }
}

/** One that is not written yet, or was cut short, belongs to nobody known. */
function parseClaimant(text: string): Claimant {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Claimant>;
    if (typeof pid === "number" && typeof host === "string" && typeof token === "string") {
      return { pid, host, token };
    }
  } catch {
    // as if it were empty
  }
  return { pid: 0, host: "", token: "" };
}

function isDead({ pid, host }: Claimant): boolean {
  if (host !== hostname() || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Removes a claim if it still is the one with this token. */
async function remove(path: string, token: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(path, aside); // of several who try, one succeeds
  } catch {
    return;
  }
  const taken = parseClaimant(await readFile(aside, "utf8"));
  // It was another's, made between our look and our move: it goes back.
  if (taken.token !== token) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function hold(path: string, token: string): Claim {
  const controller = new AbortController();
  const touch = async (): Promise<void> => {
    const state = await look(path);
    if (state?.claimant.token === token) await utimes(path, new Date(), new Date());
    else controller.abort();
  };
  const timer = setInterval(() => void touch().catch(() => {}), TOUCH_MS).unref();
  return {
    lost: controller.signal,
    async release() {
      clearInterval(timer);
      const state = await look(path);
      if (state?.claimant.token === token) await rm(path, { force: true });
    },
  };
}
