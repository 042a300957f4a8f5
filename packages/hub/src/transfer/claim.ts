import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

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
// Longer than it takes another process to remove a stale claim, and how often that is waited for.
const REMOVAL_MS = 20;
const MAX_WAITS = 5;
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
  for (let waits = 0; ;) {
    // Whoever was the last to work there has removed the directory.
    await mkdir(dirname(path), { recursive: true });
    if (await create(path, claimant)) return hold(path, token);
    const state = await look(path);
    if (state === undefined) continue; // it has just been released
    if (!state.isStale) return state.claimant;
    if (await removeStale(path, state.claimant, claimant)) continue;
    if (waits++ === MAX_WAITS) return state.claimant;
    await sleep(REMOVAL_MS);
  }
}

/** Whether {@link takeClaim} got it. */
export function isHeld(claim: Claim | Claimant): claim is Claim {
  return "release" in claim;
}

/**
 * Makes a claim's file, with its text in it from the first moment on: who is killed leaves all of it
 * or none. False where one is there already, or its directory has gone.
 */
async function create(path: string, claimant: Claimant): Promise<boolean> {
  const text = JSON.stringify(claimant);
  const fresh = `${path}.${claimant.token}.new`;
  try {
    await writeFile(fresh, text, { flag: "wx" });
    await link(fresh, path).catch((error: unknown) => {
      if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOENT") throw error;
      return writeFile(path, text, { flag: "wx" }); // a file system without hard links
    });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOENT") return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Undefined where there is no claim. */
async function look(path: string): Promise<{ claimant: Claimant; isStale: boolean } | undefined> {
  try {
    const claimant = parseClaimant(await readFile(path, "utf8"));
    return { claimant, isStale: isDead(claimant) || (await isOld(path)) };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** One that was cut short belongs to nobody known. */
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
    return codeOf(error) === "ESRCH";
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

/** Removes a stale claim; false where another process is about to. */
async function removeStale(path: string, stale: Claimant, remover: Claimant): Promise<boolean> {
  const right = `${path}.${stale.token}.stale`;
  if (!(await create(right, remover))) {
    // Should somebody have been killed just here, the others must not wait for ever.
    const other = await look(right);
    if (other?.isStale) await rm(right, { force: true });
    return other?.isStale ?? true;
  }
  try {
    const state = await look(path);
    if (state?.isStale && state.claimant.token === stale.token) await rm(path, { force: true });
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
      if (!(await isHeldNow())) return;
      await removeUnborn(path);
      await rm(path, { force: true });
    },
  };
}

/**
 * Removes what processes left that were killed while they made their claims. One that lives and loses
 * its file so makes it again.
 */
async function removeUnborn(path: string): Promise<void> {
  const isUnborn = (name: string): boolean =>
    name.startsWith(`${basename(path)}.`) && name.endsWith(".new");
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter(isUnborn)) await rm(join(dirname(path), name), { force: true });
}
