import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium on this machine: GGUFKIT_CHROMIUM, or else the first on PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env["GGUFKIT_CHROMIUM"];
  if (given) return given;
  const directories = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const candidates = directories.flatMap((directory) => NAMES.map((name) => join(directory, name)));
  return candidates.find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
