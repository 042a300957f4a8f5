import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PipError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { explainPipFailure, explainNoPython, type PipRun } from "./pip-failure.ts";
import type { PypiReference } from "./reference.ts";

// Ten times a second is what a progress bar can show; looking costs a few stat calls.
const POLL_MS = 100;
// The end of a log says why; a log that never ends must not fill the memory.
const MAX_LOG_LENGTH = 256 * 1024;
const COMMON_FLAGS = ["--no-cache-dir", "--disable-pip-version-check", "--no-input"] as const;
// A source distribution would run its own code to be downloaded; a wheel is only unpacked.
const WHEELS_ONLY = ["--no-deps", "--only-binary", ":all:"] as const;

/**
 * Downloads a package's wheel with the user's own pip, and with it whatever index, proxy and
 * credentials that has.
 * @param workDir an empty directory of the caller's, which also removes it.
 * @returns the wheel's path.
 * @throws PipError; the signal's reason when aborted.
 */
export async function* downloadWheel(
  reference: PypiReference,
  input: { place: string; workDir: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, string> {
  const { place, workDir } = input;
  const target = join(workDir, "wheel");
  await mkdir(target);
  const { package: name, version } = reference;
  const requirement = version === undefined ? name : `${name}==${version}`;
  const quiet = ["--progress-bar", "off"];
  const args = ["download", ...WHEELS_ONLY, ...COMMON_FLAGS, ...quiet, "-d", target, requirement];
  yield { type: "started", file: requirement };
  const run = yield* runPip(args, { place, workDir, file: requirement }, context);
  if (run.exitCode !== 0) throw explainPipFailure(place, run);
  const [wheel, ...others] = (await readdir(target)).filter((entry) => entry.endsWith(".whl"));
  if (wheel === undefined || others.length > 0) {
    throw new PipError(
      place,
      "other",
      `expected one wheel from pip, got ${others.length + (wheel ? 1 : 0)}`,
    );
  }
  return join(target, wheel);
}

/** Asks pip for the newest version; undefined when it cannot say (pip 21.2 brought `index`). */
export async function* newestVersion(
  reference: PypiReference,
  input: { place: string; workDir: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, string | undefined> {
  const name = reference.package;
  const flags = ["--only-binary", ":all:", "--disable-pip-version-check", "--no-input"];
  const args = ["index", "versions", ...flags, name];
  const run = yield* runPip(args, input, context);
  if (run.exitCode !== 0) return undefined;
  return /^\S+ \(([^()\s]+)\)/m.exec(run.stdout)?.[1];
}

/** Runs pip in `workDir`; when `file` is given, reports under that name what grows there. */
async function* runPip(
  args: readonly string[],
  input: { place: string; workDir: string; file?: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, PipRun> {
  const { place, workDir, file } = input;
  const child = start(args, workDir, context);
  const run: PipRun = { stdout: "", stderr: "", exitCode: null };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    run.stdout = (run.stdout + text).slice(-MAX_LOG_LENGTH);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    run.stderr = (run.stderr + text).slice(-MAX_LOG_LENGTH);
  });
  const closed = whenClosed(child);
  try {
    let end: Ended | undefined;
    let shown = 0;
    while (end === undefined) {
      end = await Promise.race([closed, sleep(POLL_MS, undefined)]);
      context.signal?.throwIfAborted();
      if (file === undefined || end !== undefined) continue;
      const done = await largestFile(workDir);
      if (done > shown) yield progressOf(file, (shown = done), run.stdout);
    }
    if (end.error !== undefined) throw explainNoPython(place, context.python, end.error);
    return { ...run, exitCode: end.exitCode };
  } finally {
    child.kill();
    await closed;
  }
}

interface Ended {
  exitCode: number | null;
  error?: Error;
}

/** Resolves, never rejects, when the process is gone and its output is read, or never started. */
function whenClosed(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ exitCode: null, error }));
    child.once("close", (exitCode) => resolve({ exitCode }));
  });
}

function start(args: readonly string[], workDir: string, context: PlaceContext): ChildProcess {
  const [command = "python3", ...prefix] = context.python;
  return spawn(command, [...prefix, "-m", "pip", ...args], {
    // Python looks for modules in its working directory first: a stranger's pip.py must not be there.
    cwd: workDir,
    // Whatever pip leaves behind when it is killed goes with workDir. TEMP and TMP are Windows'.
    env: {
      ...context.settings.pipEnv,
      TMPDIR: workDir,
      TEMP: workDir,
      TMP: workDir,
      PYTHONUNBUFFERED: "1", // its "Downloading … (93.0 MB)" is wanted when it starts
    },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

/** pip writes one growing file in its temporary directory, then moves it to its target. */
async function largestFile(directory: string): Promise<number> {
  let largest = 0;
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names) {
    const stats = await stat(join(directory, name)).catch(() => undefined); // moved meanwhile
    if (stats?.isFile() && stats.size > largest) largest = stats.size;
  }
  return largest;
}

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** The total is what pip printed, rounded to a tenth of its unit. */
function progressOf(file: string, done: number, log: string): HubEvent {
  const [, number, unit] = /Downloading \S+ \((\d+(?:\.\d+)?) (bytes|[kMG]B)\)/.exec(log) ?? [];
  if (number === undefined || unit === undefined) return { type: "progress", file, done };
  const total = Math.round(Number(number) * (UNITS[unit] ?? 1));
  return { type: "progress", file, done, total: Math.max(done, total) };
}
