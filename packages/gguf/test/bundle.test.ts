import { describe, expect, it } from "vitest";

import { bundle } from "./bundle.ts";

describe("the bundle for browsers", () => {
  it("of the reader over bytes, a Blob and a URL is below 15 KB", async () => {
    const { gzipBytes, inputs, script } = await bundle(
      'export { readGguf, bytesSource, blobSource, urlSource } from "./index.ts";',
    );
    expect(gzipBytes).toBeLessThan(15_000);
    expect(inputs.filter((path) => /node_modules|src\/node\//.test(path))).toEqual([]);
    expect(script).not.toMatch(/["']node:/);
  });

  it("of the reading part is below 25 KB, minified and compressed, without dependencies", async () => {
    const { gzipBytes, inputs } = await bundle(
      'export { readGguf, readGgufUrl, bytesSource, blobSource, urlSource, cachedSource, kvNumber, kvString, GgufError } from "./index.ts";',
    );
    expect(gzipBytes).toBeLessThan(25_000);
    expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
  });

  it("of everything needs nothing of Node, and no @huggingface/gguf", async () => {
    const { inputs, gzipBytes } = await bundle('export * from "./index.ts";');
    expect(gzipBytes).toBeLessThan(50_000);
    const packages = inputs.flatMap(
      (path) =>
        /node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\//.exec(
          path.replace(/.*\.pnpm\/[^/]+\//, ""),
        )?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(["@huggingface/jinja"]);
  });
});
