import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isHeld, takeClaim, thisHost, type Claim, type Claimant } from "../src/transfer/claim.ts";
import { tempDir } from "./support.ts";

/** After this long without a sign of life a claimant is taken over, in seconds. */
const STALE = 30;
/** A holder gives a sign of life this often, in milliseconds. */
const TOUCH_MS = 3000;

let path: string;
beforeEach(async () => {
  path = join(await tempDir(), "locks", "a.claim");
});
afterEach(() => void vi.useRealTimers());

async function held(at: string = path): Promise<Claim> {
  const claim = await takeClaim(at);
  if (!isHeld(claim)) throw new Error(`process ${claim.pid} has it`);
  return claim;
}

/** Makes a claim as another process would have left it, `age` seconds ago. */
async function left(text: string, age: number, at: string = path): Promise<void> {
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, text);
  await setAge(at, age);
}

async function setAge(at: string, age: number): Promise<void> {
  const when = new Date(Date.now() - age * 1000);
  await utimes(at, when, when);
}

function claimOf(claimant: Partial<Claimant>): string {
  return JSON.stringify({ pid: process.pid, host: thisHost(), token: "0a1b", ...claimant });
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "close");
  if (child.pid === undefined) throw new Error("no process");
  return child.pid;
}

describe("takeClaim", () => {
  it("makes a file that tells who has it, and its directory", async () => {
    await held();
    const claimant = JSON.parse(await readFile(path, "utf8")) as Claimant;
    expect(claimant).toMatchObject({ pid: process.pid, host: thisHost() });
    expect(claimant.token).toMatch(/^[0-9a-f]{16}$/);
  });

  it("does not get what a living process has, and tells whose it is", async () => {
    await held();
    expect(await takeClaim(path)).toMatchObject({ pid: process.pid, host: thisHost() });
    expect(isHeld(await takeClaim(path))).toBe(false);
  });

  it("gets what was released", async () => {
    await (await held()).release();
    expect(await readdir(dirname(path))).toEqual([]);
    await held();
  });

  it("leaves nothing of those that were killed while they made theirs", async () => {
    const claim = await held();
    await writeFile(`${path}.0123456789abcdef.new`, "{}");
    await writeFile(`${path}-other.0123456789abcdef.new`, "{}");
    await claim.release();
    expect(await readdir(dirname(path))).toEqual([`${basename(path)}-other.0123456789abcdef.new`]);
  });

  it("gets at once what a process has that is gone", async () => {
    await left(claimOf({ pid: await deadPid() }), 0);
    await held();
  });

  it.skipIf(process.platform !== "linux")(
    "gets at once what a process has that has ended and nobody has asked about",
    async () => {
      // The shell gives way to a program that does not know that it has a child.
      const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"]);
      const [pid] = (await once(parent.stdout, "data")) as [Buffer];
      try {
        await left(claimOf({ pid: Number(String(pid)) }), 0);
        await vi.waitFor(() => held(), { timeout: 5000, interval: 20 });
      } finally {
        parent.kill();
      }
    },
  );

  it.each([
    ["of another machine", { host: "elsewhere" }],
    ["of another machine with a pid that is gone here", { host: "elsewhere", pid: 2 ** 30 }],
    ["of a process that is stopped", {}],
    ["without a pid that can be asked about", { pid: 0 }],
    ["with a pid that would mean a group of processes", { pid: -process.pid }],
  ])("waits for a fresh claim %s, and gets an old one", async (_, claimant) => {
    await left(claimOf(claimant), STALE - 5);
    expect(isHeld(await takeClaim(path))).toBe(false);
    await setAge(path, STALE + 5);
    await held();
    expect(await readdir(dirname(path))).toEqual(["a.claim"]);
  });

  it.each([
    ["empty", ""],
    ["cut short", '{"pid":12,"ho'],
    ["no claim", '"hello"'],
    ["null", "null"],
    ["of wrong types", '{"pid":"1","host":2,"token":3}'],
    ["hostile", claimOf({ token: "../../../elsewhere" })],
  ])("takes one that is %s for being written, until it is old", async (_, text) => {
    await left(text, STALE - 5);
    expect(await takeClaim(path)).toMatchObject({ pid: 0 });
    await setAge(path, STALE + 5);
    await held();
    expect(await readdir(dirname(path))).toEqual(["a.claim"]);
  });

  it("rejects where it can neither be made nor read", async () => {
    await mkdir(path, { recursive: true });
    await expect(takeClaim(path)).rejects.toThrow(/EISDIR/);
  });

  it("is not stopped by a dead process that was killed while it took over", async () => {
    const claim = claimOf({ pid: await deadPid() });
    await left(claim, 0);
    await left(claim, 0, `${path}.0a1b.stale`);
    await held();
    expect(await readdir(dirname(path))).toEqual(["a.claim"]);
  });

  it("is not stopped for ever by one that left nothing of itself", async () => {
    const claim = claimOf({ pid: await deadPid() });
    await left(claim, 0);
    await left("", 0, `${path}.0a1b.stale`);
    expect(isHeld(await takeClaim(path))).toBe(false);
    await setAge(`${path}.0a1b.stale`, STALE + 5);
    await held();
    expect(await readdir(dirname(path))).toEqual(["a.claim"]);
  });
});

describe("of many who take a claim at once", () => {
  const takers = 12;

  it.each(["a free", "a released", "a dead process's", "an old"])(
    "one gets %s one",
    async (kind) => {
      const pid = await deadPid();
      for (let round = 0; round < 20; round++) {
        const at = `${path}-${round}`;
        if (kind === "a released") await (await held(at)).release();
        if (kind === "a dead process's") await left(claimOf({ pid }), 0, at);
        if (kind === "an old") await left("", STALE + 5, at);
        const taken = await Promise.all(Array.from({ length: takers }, () => takeClaim(at)));
        const holders = taken.filter(isHeld);
        expect(holders).toHaveLength(1);
        expect(isHeld(await takeClaim(at))).toBe(false);
        await holders[0]?.release();
      }
      expect(await readdir(dirname(path))).toEqual([]);
    },
  );

  it("one at a time gets it, and all get it in the end", async () => {
    let holders = 0;
    const work = async (): Promise<void> => {
      for (;;) {
        const claim = await takeClaim(path);
        if (!isHeld(claim)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          continue;
        }
        holders += 1;
        expect(holders).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        holders -= 1;
        return claim.release();
      }
    };
    await Promise.all(Array.from({ length: takers }, work));
  });
});

describe("a claim that is held", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));

  it("is kept fresh", async () => {
    await held();
    await setAge(path, STALE - 5);
    vi.advanceTimersByTime(TOUCH_MS);
    const age = async (): Promise<number> => Date.now() - (await stat(path)).mtimeMs;
    await vi.waitFor(async () => expect(await age()).toBeLessThan(10_000));
  });

  it.each([
    ["another process took it over", () => writeFile(path, claimOf({ host: "elsewhere" }))],
    ["its file is gone", () => rm(path)],
  ])("tells when %s, and leaves alone what is there", async (_, happen) => {
    const claim = await held();
    vi.advanceTimersByTime(TOUCH_MS);
    expect(claim.lost.aborted).toBe(false);
    await happen();
    const lost = once(claim.lost, "abort");
    vi.advanceTimersByTime(TOUCH_MS);
    await lost;
    const before = await readFile(path, "utf8").catch(() => undefined);
    await claim.release();
    expect(await readFile(path, "utf8").catch(() => undefined)).toBe(before);
  });

  it("is not touched any more once it was released", async () => {
    const claim = await held();
    await claim.release();
    await left(claimOf({ host: "elsewhere" }), STALE - 5);
    vi.advanceTimersByTime(TOUCH_MS);
    expect(claim.lost.aborted).toBe(false);
    expect(isHeld(await takeClaim(path))).toBe(false);
  });
});
