import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** The seed's own card and research. */
export const EXAMPLE: string = fileURLToPath(
  new URL("../../../examples/qwen3-235b-a22b", import.meta.url),
);

/** What a process left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built tool with an empty home and cache in `directory`, and without a network. */
export function startSummarize(
  directory: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const own = {
    PATH: process.env["PATH"],
    HOME: directory,
    GGUFKIT_CACHE: join(directory, "cache"),
    HF_HUB_OFFLINE: "1",
    NO_COLOR: "1",
    ...env,
  };
  return spawn(process.execPath, [MAIN, ...words], { env: own });
}

/** Waits for the end of a process. */
export function finished(child: ChildProcess): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
