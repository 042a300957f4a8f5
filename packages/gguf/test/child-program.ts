import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** A module beside this one as a program of its own: with its own memory, and safe to hang. */
export interface ChildProgram {
  /** Runs it and returns the JSON value that it printed. */
  run(...args: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

/** In megabytes: of JavaScript objects, without typed arrays. */
const HEAP = 1024;
/** In megabytes: of the young ones, whose room else grows to 3 x 16 MB for no need of the program. */
const YOUNG_HEAP = 1;
// Far more than any single step of a program takes on a busy machine.
const MOST_SILENT_SECONDS = 60;

/**
 * Bundles a module: Node cannot run TypeScript. The program's first argument is a file whose change
 * shows that it is alive; what it wrote there last is told where the program hangs or crashes.
 */
export async function childProgram(module: string): Promise<ChildProgram> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-child-"));
  const program = join(directory, "program.mjs");
  const entry = fileURLToPath(new URL(module, import.meta.url));
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  let runs = 0;
  return {
    async run(...args) {
      const status = join(directory, `status-${runs++}`);
      await writeFile(status, "");
      return runProgram([program, status, ...args], status);
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

async function runProgram(args: readonly string[], statusFile: string): Promise<unknown> {
  const flags = [
    "--expose-gc",
    `--max-old-space-size=${HEAP}`,
    `--max-semi-space-size=${YOUNG_HEAP}`,
  ];
  const child = spawn(process.execPath, [...flags, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (errors += String(chunk)));

  let [last, silent] = ["", 0];
  const watch = setInterval(() => {
    const status = readFileSync(statusFile, "utf8");
    silent = status === last ? silent + 1 : 0;
    last = status;
    if (silent > MOST_SILENT_SECONDS) child.kill("SIGKILL");
  }, 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => clearInterval(watch));
  if (code === 0) return JSON.parse(output);
  const end = child.signalCode === "SIGKILL" ? "hung" : `ended with ${child.signalCode ?? code}`;
  const step = readFileSync(statusFile, "utf8");
  throw new Error(`the program ${end}\nits last step: ${step}\n${errors.slice(-4000)}`);
}
