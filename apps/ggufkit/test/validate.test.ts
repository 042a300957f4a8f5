import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, type BuildKv, buildQwen3Model, qwen3Model } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit } from "./run.ts";

let directory: string;
let sound: string;
let cut: string;
let odd: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-validate-"));
  sound = await file("sound.gguf", buildQwen3Model());
  cut = await file("cut.gguf", buildQwen3Model().subarray(0, 200_000));
  const { kv = [], tensors = [] } = qwen3Model();
  odd = await file("odd.gguf", buildGguf({ kv, tensors, trailing: new Uint8Array(100) }));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

describe("validate", () => {
  it("passes a sound file, and one with warnings alone", async () => {
    const { code, stdout, stderr } = await ggufkit(["validate", sound, odd]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      `valid    ${sound}\nvalid    ${odd}\n` +
        "  warning  trailing-bytes  100 bytes follow the end of the data (at byte 274464)\n",
    );
  });

  it("exits with 3 where one of several is invalid", async () => {
    const { code, stdout, stderr } = await ggufkit(["validate", sound, cut]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^invalid {2}.*cut\.gguf\n {2}error {4}tensor-beyond-file {2}tensor "/m);
    expect(stderr).toBe("ggufkit: 1 of 2 models invalid\n");
  });

  it("exits with 1 where one could not be read, after checking the others", async () => {
    const missing = join(directory, "missing.gguf");
    const { code, stdout, stderr } = await ggufkit(["validate", missing, cut, sound]);
    expect(code).toBe(1);
    expect(stdout).toContain(`valid    ${sound}`);
    expect(stderr).toMatch(
      /missing\.gguf: cannot be opened.*\n.*1 of 3 models could not be read\n$/,
    );
  });

  it("tells everything as one JSON document", async () => {
    const missing = join(directory, "missing.gguf");
    const { code, stdout } = await ggufkit(["validate", "--json", sound, cut, missing]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      models: [
        { source: sound, valid: true, files: [{ path: sound, findings: [] }] },
        {
          source: cut,
          valid: false,
          files: [
            {
              findings: [
                { severity: "error", code: "tensor-beyond-file", expected: 206_752, got: 200_000 },
              ],
            },
          ],
        },
        { source: missing, valid: null, error: { code: "cannot-open-file" } },
      ],
    });
  });

  it("checks a set from its first shard: each shard, and whether they belong together", async () => {
    const { kv = [], tensors = [] } = qwen3Model();
    const split = (no: number): BuildKv[] => [
      ["split.no", "u16", no],
      ["split.tensors.count", "i32", tensors.length],
      ["split.count", "u16", 2],
    ];
    const first = await file(
      "set-00001-of-00002.gguf",
      buildGguf({ kv: [...kv, ...split(0)], tensors: tensors.slice(0, 10) }),
    );
    const second = join(directory, "set-00002-of-00002.gguf");
    const lone = await ggufkit(["validate", first]);
    expect(lone.code).toBe(3);
    expect(lone.stdout).toContain("missing-shard  set-00002-of-00002.gguf is missing");

    await writeFile(second, buildGguf({ kv: split(1), tensors: tensors.slice(10) }));
    expect(await ggufkit(["validate", first])).toMatchObject({
      code: 0,
      stdout: `valid    ${first}\nvalid    ${second}\n`,
    });
    // Of a later shard, that is a file by itself, nobody asked for the others.
    const later = { code: 0, stdout: `valid    ${second}\n` };
    expect(await ggufkit(["validate", second])).toMatchObject(later);

    await writeFile(second, buildGguf({ kv: split(1), tensors: tensors.slice(11) }));
    const lacking = await ggufkit(["validate", first]);
    expect(lacking.code).toBe(3);
    expect(lacking.stdout).toMatch(
      /invalid {2}the set of 2 shards\n {2}error {4}split-tensors-count/,
    );

    await truncate(second, 50);
    const broken = await ggufkit(["validate", first]);
    expect(broken.code).toBe(3);
    expect(broken.stdout).toMatch(/invalid {2}.*set-00002-of-00002\.gguf\n {2}error {4}truncated/);
  });

  it("is wrong usage without a model, or with one that names nothing", async () => {
    expect(await ggufkit(["validate"])).toMatchObject({ code: 2, stdout: "" });
    expect(await ggufkit(["validate", "no-such-alias"])).toMatchObject({ code: 2, stdout: "" });
  });
});
