import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build, type Metafile } from "esbuild";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));

/** A script as a browser gets it. */
export interface Bundle {
  readonly script: string;
  /** Minified and compressed with gzip, in bytes. */
  readonly gzipBytes: number;
  /** Paths of the modules in it. */
  readonly inputs: readonly string[];
  readonly metafile: Metafile;
}

/** Bundles TypeScript that imports from `./index.ts`, for browsers: fails on anything of Node. */
export async function bundle(contents: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: SOURCE, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = outputFiles;
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return {
    script: output?.text ?? "",
    gzipBytes: gzipSync(output?.contents ?? "").length,
    inputs: used.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
    metafile,
  };
}
