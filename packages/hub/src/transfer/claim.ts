import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** The right to write a partial file, which one process has at a time. */
export interface Claim {
  /** Aborted when another process has taken it over, since this one seemed dead. */
  lost: AbortSignal;
  /** Whether it is still this process's, as of now. */
  isHeld: () => Promise<boolean>;
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
// It becomes a part of a file's name.
const TOKEN = /^[0-9a-f]{1,64}$/;

/**
 * Takes a claim, a file that says who has it; the claimant where another process has it. Node has no
 * locks that end with a process, so one whose process is gone, or has not moved for 30 s, is taken
 * over. Should two processes ever hold it, they write the same bytes to the same places: the digest
 * that every file is held against before it gets its name does not depend on claims.
 */
export async function takeClaim(path: string): Promise<Claim | Claimant> {
  const token = randomBytes(8).toString("hex");
  const claimant: Claimant = { pid: process.pid, host: thisHost(), token };
  for (;;) {
    // Whoever was the last to work there has removed the directory.
    await mkdir(dirname(path), { recursive: true });
    if (await create(path, JSON.stringify(claimant))) return hold(path, token);
    const state = await look(path);
    if (state === undefined) continue; // it has just been released
    if (!state.isStale) return state.claimant;
    if (!(await removeStale(path, state.claimant))) return state.claimant;
  }
}

/** Whether {@link takeClaim} got it. */
export function isHeld(claim: Claim | Claimant): claim is Claim {
  return "release" in claim;
}

/** Writes a file that is not there; false where it is, or its directory has gone. */
async function create(path: string, text: string): Promise<boolean> {
  let handle;
  try {
    handle = await open(path, "wx");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  return true;
}

/** Undefined where there is no claim. */
async function look(path: string): Promise<{ claimant: Claimant; isStale: boolean } | undefined> {
  try {
    const claimant = parseClaimant(await readFile(path, "utf8"));
    return { claimant, isStale: isDead(claimant) || (await isOld(path)) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** One that is not written yet, or was cut short, belongs to nobody known. */
function parseClaimant(text: string): Claimant {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Claimant>;
    const isToken = typeof token === "string" && TOKEN.test(token);
    if (typeof pid === "number" && typeof host === "string" && isToken) return { pid, host, token };
  } catch {
    // as if it were empty
  }
  return { pid: 0, host: "", token: "" };
}

/** Within which a process's number means it alone: containers of one name have their own each. */
export function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

function isDead({ pid, host }: Claimant): boolean {
  if (host !== thisHost() || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return isZombie(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Whether a process has ended and nobody has asked how: in a container it may stay so for ever. */
function isZombie(pid: number): boolean {
  try {
    // proc(5): the state follows the name, which stands in parentheses and may have some itself.
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false; // another system, or it has gone just now
  }
}

/** Removes a stale claim; of several who try at once, one may. Returns whether it was this one. */
async function removeStale(path: string, { token }: Claimant): Promise<boolean> {
  const right = `${path}.${token}.stale`;
  if (!(await create(right, ""))) {
    // Should somebody have been killed just here, the others must not wait for ever.
    if (await isOld(right).catch(() => false)) await rm(right, { force: true });
    return false;
  }
  try {
    const state = await look(path);
    if (state?.isStale && state.claimant.token === token) await rm(path, { force: true });
  } finally {
    await rm(right, { force: true });
  }
  return true;
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
}

function hold(path: string, token: string): Claim {
  const controller = new AbortController();
  const isHeldNow = async (): Promise<boolean> => (await look(path))?.claimant.token === token;
  const touch = async (): Promise<void> => {
    if (await isHeldNow()) await utimes(path, new Date(), new Date());
    else controller.abort();
  };
  const timer = setInterval(() => void touch().catch(() => {}), TOUCH_MS).unref();
  return {
    lost: controller.signal,
    isHeld: isHeldNow,
    async release() {
      clearInterval(timer);
      if (await isHeldNow()) await rm(path, { force: true });
    },
  };
}
