// Reads what takes much memory or time, in a process of its own, so that its peak can be told.
// Arguments: a file for its step, "memory" or "time", and which file or work.
import { writeFileSync } from "node:fs";

import { GgufError, readGguf, validate, type GgufErrorCode } from "../src/index.ts";
import { LARGE_FILES } from "./memory-files.ts";
import { WORK } from "./memory-work.ts";

/** What became of reading and then of validating a large file. */
export interface MemoryReport {
  readonly read: ReadReport;
  readonly validated: ReadReport;
}

/** `code` is that of the error, or "read". */
export interface ReadReport {
  readonly code: string;
  readonly bytesRead: number;
  /** By how much the process was larger at its peak than before, in bytes. */
  readonly grown: number;
}

/** How long some work took and eight times as much, in seconds of the processor. */
export interface TimeReport {
  readonly small: number;
  readonly large: number;
}

const [statusFile = "", what = "", name = ""] = process.argv.slice(2);
const report = what === "time" ? await time(name) : await memory(name);
process.stdout.write(JSON.stringify(report));

async function memory(file: string): Promise<MemoryReport> {
  const make = LARGE_FILES[file];
  if (make === undefined) throw new Error(`no such file: ${file}`);
  await warmUp();
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const grown = (): number => process.resourceUsage().maxRSS * 1024 - before;

  const source = make();
  const code = await readGguf(source).then((): "read" => "read", codeOf);
  const read = { code, bytesRead: source.bytesRead, grown: grown() };

  globalThis.gc?.();
  const again = make();
  const { fatal } = await validate(again);
  const validated = { code: fatal?.code ?? "read", bytesRead: again.bytesRead, grown: grown() };
  return { read, validated };
}

/** Code that runs for the first time is compiled and grows the process: not what is measured. */
async function warmUp(): Promise<void> {
  const small = LARGE_FILES["a small header"]?.();
  if (small === undefined) throw new Error("no small header");
  await readGguf(small);
  await validate(small);
}

function codeOf(error: unknown): GgufErrorCode {
  if (error instanceof GgufError) return error.code;
  throw error;
}

async function time(work: string): Promise<TimeReport> {
  const task = WORK[work];
  if (task === undefined) throw new Error(`no such work: ${work}`);
  const { size, prepare } = task;
  const small = await prepare(size);
  await seconds(small); // for the compiler to warm up
  const times = [await seconds(small), await seconds(small)];
  const large = await prepare(8 * size);
  return { small: Math.min(...times), large: await seconds(large) };

  async function seconds(run: () => unknown): Promise<number> {
    writeFileSync(statusFile, `${work} at ${performance.now()}`);
    globalThis.gc?.();
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  }
}
