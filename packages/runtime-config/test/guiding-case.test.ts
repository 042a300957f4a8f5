import { readGguf } from "@ggufkit/gguf";
import { qwen3Moe235bHeader, sparseSource } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { modelFacts, planRun, renderRun } from "../src/index.ts";

const { header, fileSize } = qwen3Moe235bHeader();
const model = modelFacts(await readGguf(sparseSource(header, fileSize)));

describe("Qwen3-235B-A22B, planned from its header", () => {
  const plan = (context: number): ReturnType<typeof planRun> =>
    planRun(model, { context }, { cores: 8 });

  it.each([
    [32_768, undefined],
    [40_960, undefined],
    [65_536, { type: "yarn", factor: 2, originalContext: 32_768 }],
    [131_072, { type: "yarn", factor: 4, originalContext: 32_768 }],
  ])("for %i tokens", (context, rope) => {
    expect(plan(context).rope?.value).toEqual(rope);
    expect(plan(context).context.value).toBe(context);
  });

  it("is run as its card says", () => {
    const place = { path: "Qwen3-235B-A22B-00001-of-00005.gguf", shards: 5 };
    const input = { plan: plan(131_072), model, place, options: {} };
    const { text } = renderRun("llama-server", input);
    expect(text).toContain("--ctx-size 131072");
    expect(text).toMatch(/--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768/);
    expect(text).toMatch(/--presence-penalty 1\.5/);
  });
});
