// Mutates sound files for a while, in a process of its own: a hang or a crash must not take the
// tests with it. Arguments: a file for the seed being tried, the first seed, seconds.
import { closeSync, openSync, writeSync } from "node:fs";

import { checkFile } from "./fuzz-check.ts";
import { fuzzCase } from "./fuzz-mutate.ts";
import { SEED_FILES } from "./fuzz-seeds.ts";

// A case takes some milliseconds, but machines may be busy.
const MOST_SECONDS = 20;
const CASES_BETWEEN_CHECKS = 500;
// Far below what a length of 2^31 would take, far above what files of some kilobytes do.
const MOST_GROWTH = 2 ** 26;
// Of all cases together, which ought to keep nothing.
const MOST_KEPT = 2 ** 23;

/** What the program prints. */
export interface FuzzReport {
  readonly cases: number;
  readonly seconds: number;
  /** How many cases ended with which code of `readGguf`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Most memory that the process ever had, in bytes. */
  readonly peakBytes: number;
}

const [statusFile = "", firstSeed = "1", seconds = "10"] = process.argv.slice(2);

for (const { name, bytes } of SEED_FILES) await checked(`the sound file "${name}"`, bytes);
const report = await fuzz(Number(firstSeed), Number(seconds));
process.stdout.write(JSON.stringify(report));

async function fuzz(first: number, limit: number): Promise<FuzzReport> {
  const status = openSync(statusFile, "w");
  const outcomes: Record<string, number> = {};
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  let growth = memoryWatch();
  let cases = 0;
  for (; elapsed() < limit; cases++) {
    const seed = first + cases;
    writeSync(status, `GGUFKIT_FUZZ_SEED=${seed}`.padEnd(40), 0);
    const { from, mutations, bytes } = fuzzCase(seed);
    const what = `GGUFKIT_FUZZ_SEED=${seed}: "${from}" with ${JSON.stringify(mutations)}`;
    const code = await checked(what, bytes);
    outcomes[code] = (outcomes[code] ?? 0) + 1;
    if (cases % CASES_BETWEEN_CHECKS === 0) growth.check(seed);
    // The first cases fill caches.
    if (cases === CASES_BETWEEN_CHECKS) growth = memoryWatch();
  }
  closeSync(status);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { cases, seconds: elapsed(), outcomes, peakBytes };
}

async function checked(what: string, bytes: Uint8Array): Promise<string> {
  const start = performance.now();
  const before = process.memoryUsage();
  try {
    const code = await checkFile(bytes);
    const after = process.memoryUsage();
    const grown = Math.max(
      after.arrayBuffers - before.arrayBuffers,
      after.heapUsed - before.heapUsed,
    );
    if (grown > MOST_GROWTH) throw new Error(`memory grew by ${grown} bytes`);
    const took = (performance.now() - start) / 1000;
    if (took > MOST_SECONDS) throw new Error(`took ${took} seconds`);
    return code;
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}

function memoryWatch(): { check(seed: number): void } {
  const used = (): number => {
    globalThis.gc?.();
    // Typed arrays are freed beside a collection, but before the next.
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  return {
    check(seed) {
      const grown = used() - before;
      if (grown > MOST_KEPT) throw new Error(`seed ${seed}: ${grown} bytes were never freed`);
    },
  };
}
