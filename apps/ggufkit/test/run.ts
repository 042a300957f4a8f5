import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** What a process left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How `ggufkit` runs. */
export interface RunOptions {
  /** Close stdout after its first chunk, as `head` does. */
  readonly closeAfter?: boolean;
  /** Send SIGINT, as Ctrl-C does, once the output is so. */
  readonly interruptWhen?: (output: { stdout: string; stderr: string }) => boolean;
  /** Beside PATH and what makes the output plain; offline unless told otherwise. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built tool. */
export function ggufkit(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const plain = { PATH: process.env["PATH"], HF_HUB_OFFLINE: "1", NO_COLOR: "1" };
  const child = spawn(process.execPath, [MAIN, ...words], { env: { ...plain, ...options.env } });
  let stdout = "";
  let stderr = "";
  const interrupt = (): void => {
    if (!child.killed && options.interruptWhen?.({ stdout, stderr })) child.kill("SIGINT");
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    if (options.closeAfter) child.stdout.destroy();
    interrupt();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    interrupt();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
