import { describe, expect, it } from "vitest";

import { judgeCheck, planCheck, type CheckSelection } from "../src/hash/check-manifest.ts";
import { formatManifest, parseManifest, type HashDigest, type TensorInfo } from "../src/index.ts";
import { buildAndRead } from "./read.ts";

const xxh64 = (tensor: string | undefined, digit: string): HashDigest => ({
  algorithm: "xxh64",
  tensor,
  digest: digit.repeat(16),
});
const LISTED = [xxh64("a", "1"), xxh64("b", "2"), xxh64(undefined, "3")];
const manifest = (file = "m.gguf", digests: readonly HashDigest[] = LISTED): string =>
  formatManifest(digests, file);

async function tensorsNamed(...names: string[]): Promise<readonly TensorInfo[]> {
  const tensors = names.map((name) => ({ name, shape: [1], type: "F32" as const }));
  return (await buildAndRead({ tensors })).tensors;
}

async function plan(text: string, path = "m.gguf", selection: CheckSelection = {}) {
  return planCheck(parseManifest(text), path, await tensorsNamed("a", "b"), selection);
}

describe("planCheck", () => {
  it("asks for what the manifest lists, and for nothing else", async () => {
    const { request } = await plan(manifest());
    expect(request.whole).toEqual(["xxh64"]);
    expect(request.layers).toEqual([
      { tensor: 0, algorithm: "xxh64" },
      { tensor: 1, algorithm: "xxh64" },
    ]);
    const one = await plan(manifest("m.gguf", [xxh64("b", "2")]));
    expect(one.request).toEqual({ whole: [], layers: [{ tensor: 1, algorithm: "xxh64" }] });
    expect(one.unlisted).toEqual(["a"]);
    const whole = await plan(manifest(), "m.gguf", { layers: false });
    expect(whole.request).toEqual({ whole: ["xxh64"], layers: [] });
    expect(whole.unlisted).toEqual([]);
    const none = await plan(manifest(), "m.gguf", { algorithms: ["sha256"] });
    expect(none.request).toEqual({ whole: [], layers: [] });
  });

  it("finds the file under its path, its name elsewhere, or as the only one", async () => {
    const two = manifest("x/m.gguf") + manifest("y/m.gguf") + manifest("C:\\z\\n.gguf");
    expect((await plan(two, "y/m.gguf")).file).toBe("y/m.gguf");
    expect((await plan(two, "elsewhere/n.gguf")).file).toBe("C:\\z\\n.gguf");
    expect((await plan(two, "m.gguf")).file).toBeUndefined();
    expect((await plan(two, "other.gguf")).file).toBeUndefined();
    expect((await plan(manifest("x/m.gguf"), "renamed.gguf")).file).toBe("x/m.gguf");
    expect((await plan("", "m.gguf")).file).toBeUndefined();
  });
});

describe("judgeCheck", () => {
  it("accepts only what is right in every line", async () => {
    const planned = await plan(manifest());
    expect(judgeCheck(planned, LISTED)).toMatchObject({ ok: true, file: "m.gguf" });
    const wrong = judgeCheck(planned, [xxh64("a", "1"), xxh64("b", "9"), xxh64(undefined, "3")]);
    expect(wrong.ok).toBe(false);
    expect(wrong.entries.map(({ status, got }) => [status, got?.[0]])).toEqual([
      ["ok", "1"],
      ["mismatch", "9"],
      ["ok", "3"],
    ]);
  });

  it("tells tensors that only one side has; those of the manifest break the check", async () => {
    const planned = await plan(manifest("m.gguf", [xxh64("a", "1"), xxh64("c", "2")]));
    const check = judgeCheck(planned, [xxh64("a", "1")]);
    expect(check.ok).toBe(false);
    expect(check.entries.map(({ status }) => status)).toEqual(["ok", "missing"]);
    expect(check.unlisted).toEqual(["b"]);
  });

  it("fails where nothing could be checked", async () => {
    expect(judgeCheck(await plan(""), []).ok).toBe(false);
    expect(judgeCheck(await plan(manifest() + manifest("n.gguf"), "o.gguf"), []).ok).toBe(false);
  });

  it("checks each of two lines for one digest", async () => {
    const twice = await plan(manifest() + manifest("m.gguf", [xxh64("a", "8")]));
    expect(judgeCheck(twice, LISTED).entries.map(({ status }) => status)).toEqual([
      "ok",
      "ok",
      "ok",
      "mismatch",
    ]);
  });

  it("knows a tensor again whose name had to be escaped", async () => {
    const name = "line\nbreak";
    const tensors = await tensorsNamed(name);
    const planned = planCheck(parseManifest(manifest("m", [xxh64(name, "1")])), "m", tensors);
    expect(judgeCheck(planned, [xxh64(name, "1")]).ok).toBe(true);
  });
});
