// Bundles the tool: loading some 150 small modules takes longer than most of what it does.
import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { dependencies } = JSON.parse(await readFile(here("package.json"), "utf8"));

await rm(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: {
    main: here("src/main.ts"),
    // Threads start from a file of their own, which is looked for beside the code that starts them.
    "hash-worker": here("../../packages/gguf/dist/node/hash-worker.js"),
  },
  outdir: here("dist"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The workspace's own packages go in; others are installed with the tool.
  external: Object.keys(dependencies),
  logLevel: "warning",
});
