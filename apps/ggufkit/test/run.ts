import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** What a process left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built tool. With `closeAfter`, stdout is closed after its first chunk, as `head` does. */
export function ggufkit(words: readonly string[], closeAfter = false): Promise<Outcome> {
  const env = { PATH: process.env["PATH"], HF_HUB_OFFLINE: "1", NO_COLOR: "1" };
  const child = spawn(process.execPath, [MAIN, ...words], { env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    if (closeAfter) child.stdout.destroy();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
