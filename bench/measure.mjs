import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The middle one; of an even count, the upper one of the middle two. */
export function median(/** @type {number[]} */ values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/**
 * Median times of several works that take turns, so that what disturbs the machine disturbs all.
 * @param {Record<string, () => unknown>} works
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} by name, in milliseconds
 */
export async function medianTimesInTurn(works, rounds) {
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work();
      (times[name] ??= []).push(performance.now() - start);
    }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/**
 * Runs a program to its end and returns what it printed.
 * @param {string} command
 * @param {string[]} words
 * @returns {Promise<string>}
 */
export function runProgram(command, words) {
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with exit code ${code}`));
    });
  });
}

/**
 * Runs a program to its end and tells how long it took, and its processor's time where bash is there
 * to tell. What it prints is thrown away.
 * @param {string} command
 * @param {string[]} words
 * @param {Record<string, string>} [env] beside that of this process
 * @returns {Promise<{ seconds: number, cpuSeconds: number }>}
 */
export async function timeProgram(command, words, env = {}) {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@" >/dev/null 2>&1';
  const child = spawn("bash", ["-c", script, "bash", command, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  const start = performance.now();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(errors) ?? [];
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: Number(user) + Number(system) };
}

/** @param {string} program */
export function isOnPath(program) {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
