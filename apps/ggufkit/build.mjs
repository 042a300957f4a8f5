// Bundles the tool: loading some 150 small modules takes longer than most of what it does.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { dependencies } = JSON.parse(await readFile(here("package.json"), "utf8"));

await rm(here("dist"), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    main: here("src/main.ts"),
    // Threads start from a file of their own, which is looked for beside the code that starts them.
    "hash-worker": here("../../packages/gguf/dist/node/hash-worker.js"),
    "copy-worker": here("../../packages/gguf/dist/node/copy-worker.js"),
    "prefix-hash-worker": here("../../packages/hub/dist/transfer/prefix-hash-worker.js"),
  },
  outdir: here("dist"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // What few starts need is installed with the tool; what each start needs goes in.
  external: Object.keys(dependencies),
  // CommonJS modules ask for Node's own by `require`.
  banner: {
    js: 'import { createRequire as nodeRequire } from "node:module";\nconst require = nodeRequire(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
});
await writeFile(here("dist/THIRD-PARTY-LICENSES.txt"), await licenses(metafile));

/** The licences of the npm packages that went in, which they ask to be passed on. */
async function licenses({ inputs }) {
  const directories = Object.keys(inputs).flatMap(
    (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  const texts = [...new Set(directories)].toSorted().map(async (directory) => {
    const { name, version } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version}\n\n${await readFile(join(directory, file), "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
