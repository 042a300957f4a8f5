import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, buildQwen3Model, type BuildOptions } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

let directory: string;
let model: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-hash-"));
  model = await file("m.gguf", buildGguf(SMALL));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const SMALL: BuildOptions = {
  tensors: [
    { name: "a", shape: [3], type: "F32", fill: 1 },
    { name: "b", shape: [32, 2], type: "Q8_0", fill: 7 },
  ],
};
/** As llama-gguf-hash prints them. */
const DIGEST_OF_A = "xxh64     601ebe7eabc926f2";
const DIGEST_OF_B = "xxh64     053a3363892c2186";
const DIGEST_OF_ALL = "xxh64     a79c7a8b6829afe0";

function doneWith({ code, stdout, stderr }: Outcome): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function failsWith(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stderr).toMatch(/^ggufkit: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
}

describe("hash", () => {
  it("prints the manifest alone, by default xxh64 of each tensor and of all", async () => {
    const manifest = `${DIGEST_OF_A}  ${model}:a\n${DIGEST_OF_B}  ${model}:b\n${DIGEST_OF_ALL}  ${model}\n`;
    expect(doneWith(await ggufkit(["hash", model]))).toBe(manifest);
    const whole = await ggufkit(["hash", model, "--no-layers", "--algorithm", "uuid"]);
    expect(doneWith(whole)).toBe(`uuid      01945d33-2dc1-5a52-b697-3ffba8cdaf44  ${model}\n`);
  });

  it("prints JSON", async () => {
    const words = ["hash", model, "--json", "--algorithm", "sha1", "--algorithm", "xxh64"];
    expect(JSON.parse(doneWith(await ggufkit(words)))).toMatchObject({
      file: model,
      digests: [
        { algorithm: "xxh64", tensor: "a", digest: "601ebe7eabc926f2" },
        { algorithm: "sha1", tensor: "a" },
        { algorithm: "xxh64", tensor: "b" },
        { algorithm: "sha1", tensor: "b" },
        { algorithm: "xxh64", tensor: null, digest: "a79c7a8b6829afe0" },
        { algorithm: "sha1", tensor: null },
      ],
    });
  });

  it("hashes a shard alone and says so", async () => {
    const shard = await file("m-00002-of-00003.gguf", buildGguf(SMALL));
    const { code, stdout, stderr } = await ggufkit(["hash", shard, "--no-layers"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${DIGEST_OF_ALL}  ${shard}\n` });
    expect(stderr).toBe("m-00002-of-00003.gguf is shard 2 of 3: hashing its tensors alone\n");
  });

  it("fails in one line", async () => {
    failsWith(await ggufkit(["hash", join(directory, "missing.gguf")]), 1, /cannot be opened/);
    failsWith(await ggufkit(["hash", await file("page.gguf", "<html>")]), 1, /not a GGUF file/);
    failsWith(await ggufkit(["hash", model, "--algorithm", "md5"]), 2, /Expected one of xxh64/);
  });
});

describe("hash --check", () => {
  it("accepts what hash prints, of all algorithms", async () => {
    const tiny = await file("tiny.gguf", buildQwen3Model());
    const words = ["xxh64", "sha1", "sha256", "uuid"].flatMap((name) => ["--algorithm", name]);
    const manifest = doneWith(await ggufkit(["hash", tiny, ...words]));
    const path = await file("tiny.manifest", manifest);
    const report = doneWith(await ggufkit(["hash", tiny, "--check", path]));
    const lines = manifest.trimEnd().split("\n");
    expect(report.split("\n")).toEqual([
      ...lines.map((line) => `${line}  -  Ok`),
      "",
      `Verification results for ${path} - Success`,
      "",
    ]);
    const sha1 = doneWith(await ggufkit(["hash", tiny, "--check", path, "--algorithm", "sha1"]));
    expect(sha1.match(/^sha1 /gm)).toHaveLength(
      lines.filter((line) => line.startsWith("sha1 ")).length,
    );
    expect(sha1).not.toMatch(/^xxh64/m);
  });

  it("reports what differs and exits with 3", async () => {
    const text = [
      `${DIGEST_OF_A}  m.gguf:a`,
      `xxh64     0000000000000000  m.gguf:gone`,
      `xxh64     0000000000000000  m.gguf`,
    ].join("\n");
    const path = await file("wrong.manifest", text);
    const outcome = await ggufkit(["hash", model, "--check", path]);
    failsWith(outcome, 3, /1 of 3 digests differ, 1 are of tensors that it lacks/);
    expect(outcome.stdout.split("\n")).toEqual([
      `${DIGEST_OF_A}  m.gguf:a  -  Ok`,
      `xxh64     -  m.gguf:gone  -  Missing`,
      `${DIGEST_OF_ALL}  m.gguf  -  Mismatch`,
      `-         -  m.gguf:b  -  Not Listed`,
      "",
      `Verification results for ${path} - Mismatch`,
      "",
    ]);
    const json = await ggufkit(["hash", model, "--check", path, "--json"]);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      checked: 3,
      mismatched: 1,
      missing: 1,
      unlisted: ["b"],
      entries: [
        { line: 1, status: "ok" },
        { line: 2, status: "missing", got: null },
        { tensor: null, expected: "0000000000000000", got: "a79c7a8b6829afe0" },
      ],
    });
  });

  it("exits with 3 where nothing could be checked, with 1 where nothing could be read", async () => {
    const others = `${DIGEST_OF_ALL}  x.gguf\n${DIGEST_OF_ALL}  y.gguf\n`;
    const unrelated = await file("unrelated.manifest", others);
    const none = await ggufkit(["hash", model, "--check", unrelated]);
    failsWith(none, 3, /no line to check .*m\.gguf by: it lists x\.gguf, y\.gguf/);
    const empty = await ggufkit(["hash", model, "--check", await file("empty.manifest", "")]);
    failsWith(empty, 3, /it is empty/);
    const junk = await ggufkit(["hash", model, "--check", await file("junk.manifest", "x\n")]);
    failsWith(junk, 3, /junk\.manifest: line 1: expected an algorithm/);
    const cut = await file("cut.gguf", buildGguf(SMALL).subarray(0, 150));
    failsWith(await ggufkit(["hash", cut, "--check", unrelated]), 3, /cut short/);
    failsWith(await ggufkit(["hash", model, "--check", join(directory, "no")]), 1, /cannot be op/);
  });

  it("takes the only file that a manifest lists for a file of another name, and says so", async () => {
    const path = await file("other.manifest", `${DIGEST_OF_ALL}  before/renamed.gguf\n`);
    const { code, stdout, stderr } = await ggufkit(["hash", model, "--check", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("before/renamed.gguf  -  Ok");
    expect(stderr).toMatch(/m\.gguf is checked as before\/renamed\.gguf, the only file that/);
  });
});
