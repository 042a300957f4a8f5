import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  buildGguf,
  type BuildKv,
  buildQwen3Model,
  qwen3Model,
  startFileServer,
  startTestHub,
  type FileServer,
  type TestHub,
} from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

const { kv = [], tensors = [] } = qwen3Model();
const DATA = 40 * 2 ** 20;
/** A header of some kilobytes before 40 MB of data. */
const LARGE = buildGguf({ kv, tensors: [{ name: "t", shape: [DATA / 4], type: "F32" }] });

function shard(no: number): Uint8Array {
  const split: BuildKv[] = [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", tensors.length],
    ["split.count", "u16", 2],
  ];
  return buildGguf({
    kv: no === 0 ? [...kv, ...split] : split,
    tensors: no === 0 ? tensors.slice(0, 10) : tensors.slice(10),
  });
}

let hub: TestHub;
let server: FileServer;
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "ggufkit-remote-"));
  hub = await startTestHub({
    repos: {
      "o/tiny-GGUF": {
        files: {
          "tiny-Q8_0.gguf": LARGE,
          "F16/tiny-F16-00001-of-00002.gguf": shard(0),
          "F16/tiny-F16-00002-of-00002.gguf": shard(1),
        },
      },
      "o/gated": { files: { "m.gguf": buildQwen3Model() }, gatedFor: "hf_right" },
    },
  });
  server = await startFileServer({
    "/m.gguf": { bytes: buildQwen3Model() },
    "/page.gguf": { bytes: new TextEncoder().encode("<!doctype html>") },
    "/set-00001-of-00002.gguf": { bytes: shard(0) },
    "/set-00002-of-00002.gguf": { bytes: shard(1) },
    "/lone-00001-of-00002.gguf": { bytes: shard(0) },
  });
});
afterAll(async () => {
  await hub.close();
  await server.close();
  await rm(cache, { recursive: true });
});

function online(words: readonly string[], more: Record<string, string> = {}): Promise<Outcome> {
  return ggufkit(words, {
    env: {
      HF_HUB_OFFLINE: "0",
      HF_ENDPOINT: hub.url,
      HF_HOME: cache,
      GGUFKIT_CACHE: cache,
      ...more,
    },
  });
}

describe("inspect on the Hub", () => {
  it("reads the header alone, keeps nothing, and says why it took this file", async () => {
    hub.cdnRequests.length = 0;
    const { code, stdout, stderr } = await online(["inspect", "hf:o/tiny-GGUF"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^tiny-Q8_0\.gguf: .+\n$/);
    expect(stdout).toContain("Tiny Qwen3");
    expect(stdout).toContain("41.9 MB");
    const ranges = hub.cdnRequests.map(({ headers }) => headers["range"]);
    expect(ranges).toEqual(["bytes=0-1048575"]);
    expect(await readdir(cache)).toEqual([]);
  });

  it("reads a set by its quantization, as one model", async () => {
    const { stdout } = await online(["inspect", "hf:o/tiny-GGUF:F16", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      model: { kind: "model", parameters: 133_440 },
      files: [{}, {}],
      findings: [],
    });
  });

  it("sends the token to the Hub and no further, and tells what to do without one", async () => {
    const without = await online(["inspect", "hf:o/gated/m.gguf"]);
    expect(without).toMatchObject({ code: 1, stdout: "" });
    expect(without.stderr).toContain("gated");
    hub.cdnRequests.length = 0;
    const { code } = await online(["inspect", "hf:o/gated/m.gguf"], { HF_TOKEN: "hf_right" });
    expect(code).toBe(0);
    expect(hub.cdnRequests.length).toBeGreaterThan(0);
    expect(hub.cdnRequests.some(({ authorized }) => authorized)).toBe(false);
  });

  it("is offline when told to be", async () => {
    const outcome = await online(["inspect", "hf:o/tiny-GGUF"], { HF_HUB_OFFLINE: "1" });
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^ggufkit: .*offline/m);
  });
});

describe("inspect at a URL", () => {
  it("reads a file, and a set from its first shard", async () => {
    const file = await online(["inspect", `${server.url}/m.gguf`]);
    expect(file).toMatchObject({ code: 0, stderr: "" });
    expect(file.stdout).toContain("Tiny Qwen3");
    const set = await online(["validate", `${server.url}/set-00001-of-00002.gguf`]);
    expect(set).toMatchObject({ code: 0, stderr: "" });
    expect(set.stdout.match(/^valid /gm)).toHaveLength(2);
  });

  it.each([
    ["/none.gguf", /none\.gguf: no such file \(HTTP 404\)/],
    ["/page.gguf", /page\.gguf: not a GGUF file but an HTML page/],
    ["/lone-00001-of-00002.gguf", /lone-00002-of-00002\.gguf: no such file/],
  ])("fails in one line for %s", async (path, message) => {
    const { code, stdout, stderr } = await online(["inspect", server.url + path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});
