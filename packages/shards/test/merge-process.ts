import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("merge-program.mjs", import.meta.url));

/** A program that merges, in a process of its own. */
export interface MergeJob {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The signal that ended it, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

/** Starts it with its arguments as data. */
export function startMerge(job: object): MergeJob {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code))),
  };
}
