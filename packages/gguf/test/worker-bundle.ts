import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const SOURCES = fileURLToPath(new URL("../src/node/", import.meta.url));

/** The module of the worker threads, which Node cannot run from TypeScript, as one JavaScript file. */
export interface BundledWorker {
  readonly worker: URL;
  /** A folder for a test's own files. */
  readonly directory: string;
  remove(): Promise<void>;
}

/** Bundles it, as a program would that `worker` of the options is for. */
export async function bundleWorker(name: "hash-worker" | "copy-worker"): Promise<BundledWorker> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-worker-"));
  const outfile = join(directory, `${name}.mjs`);
  const entryPoints = [join(SOURCES, `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm" });
  return {
    worker: pathToFileURL(outfile),
    directory,
    remove: () => rm(directory, { recursive: true }),
  };
}
