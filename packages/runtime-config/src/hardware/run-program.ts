import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** `nvidia-smi` has to wake GPUs that sleep, one after the other; a driver that hangs does so for ever. */
const TIMEOUT_MS = 5_000;
/** A line of some 100 characters for each of some GPUs; all beyond is no answer. */
const MAX_OUTPUT = 2 ** 16;

/**
 * Runs a program without a shell and resolves with what it printed; undefined where it cannot be
 * started, fails, prints too much or takes too long. Then it is killed, and not waited for: a
 * process that hangs in its driver cannot be killed either.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  timeoutMs: number = TIMEOUT_MS,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = start(command, args);
    if (child === undefined) return resolve(undefined);
    let output = "";
    const giveUp = (): void => {
      child.kill("SIGKILL");
      child.stdout.destroy();
      child.unref();
      settle(undefined);
    };
    const timer = setTimeout(giveUp, timeoutMs);
    const settle = (text: string | undefined): void => {
      clearTimeout(timer);
      resolve(text);
    };
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      if (output.length > MAX_OUTPUT) giveUp();
    });
    child.on("error", () => settle(undefined)); // not there, or not ours to run
    child.on("close", (code) => settle(code === 0 ? output : undefined));
  });
}

function start(
  command: string,
  args: readonly string[],
): ChildProcessByStdio<null, Readable, null> | undefined {
  try {
    return spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
  } catch {
    return undefined; // what cannot be a command at all is told at once, and not by an event
  }
}
