import { FILE_TYPES } from "@ggufkit/gguf";
import { describe, expect, it } from "vitest";
import { nearestLabel, quantizationLabel } from "../src/quantization.ts";

describe("the label of a path", () => {
  it.each([
    ["Qwen3-8B-Q4_K_M.gguf", "Q4_K_M"],
    ["Q4_K_M/Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf", "Q4_K_M"],
    ["Q4_K_M/model-00001-of-00005.gguf", "Q4_K_M"],
    ["Q8_0/shards/model-00001-of-00002.gguf", "Q8_0"],
    ["UD-Q4_K_XL/Qwen3-235B-A22B-UD-Q4_K_XL-00001-of-00003.gguf", "UD-Q4_K_XL"],
    ["SmolLM2-135M-Instruct.Q4_1.gguf", "Q4_1"],
    ["Qwen2.5-7B.v1.2.IQ2_XXS.gguf", "IQ2_XXS"],
    ["qwen2.5-7b-instruct-fp16-00001-of-00004.gguf", "FP16"],
    ["gpt-oss-20b-MXFP4_MOE.GGUF", "MXFP4_MOE"],
    ["BF16/Qwen3-Q8_0.gguf", "Q8_0"],
    ["gemma-3-270m-q4_k_m.gguf", "Q4_K_M"],
  ])("%s is %s", (path, label) => {
    expect(quantizationLabel(path)).toBe(label);
  });

  it.each(["model.gguf", "F16x/model.gguf", "Qwen3-32B.gguf", "MyQ8_0.gguf"])(
    "%s has none",
    (path) => {
      expect(quantizationLabel(path)).toBeUndefined();
    },
  );
});

describe("the nearest label", () => {
  const near = (wanted: string, labels: string): string | undefined =>
    nearestLabel(wanted, labels.split(" "))?.label;

  it.each([
    ["Q4_K_M", "IQ4_NL Q4_K_S Q5_K_S", "Q4_K_S"],
    ["Q4_K_M", "Q4_K_S UD-Q4_K_M Q4_K_L", "UD-Q4_K_M"],
    ["UD-Q4_K_XL", "Q4_K_M Q4_K_XL Q5_K_M", "Q4_K_XL"],
    ["Q4_K_M", "UD-Q4_K_XL Q4_0 Q5_K_M", "UD-Q4_K_XL"],
    ["Q4_K", "Q4_K_S Q4_K_M", "Q4_K_M"],
    ["Q3_K_M", "Q3_K_S Q3_K_L", "Q3_K_L"],
    ["IQ2_M", "IQ2_XXS IQ2_S Q2_K", "IQ2_S"],
    ["Q6_K", "Q5_K_M Q8_0", "Q5_K_M"],
    ["Q8_0", "Q6_K F16 BF16", "Q6_K"],
    ["F16", "Q8_0 FP16 BF16", "FP16"],
    ["F16", "Q8_0 BF16 F32", "BF16"],
    ["MXFP4", "MXFP4_MOE IQ4_XS", "MXFP4_MOE"],
    ["TQ1_0", "IQ1_S IQ2_XXS", "IQ1_S"],
    ["IQ1_S", "F32 Q8_0", "Q8_0"],
  ])("of %s among %s is %s", (wanted, labels, label) => {
    expect(near(wanted, labels)).toBe(label);
  });

  it("says why", () => {
    expect(nearestLabel("Q4_K_M", ["Q4_K_S"])?.why).toMatch(/same kind.*4\.67 .*4\.89/);
    expect(nearestLabel("Q4_K_M", ["UD-Q4_K_M"])?.why).toMatch(/same type/);
  });

  it("does not exist for a label that is none, nor among such", () => {
    expect(near("Q4_KM", "Q4_K_M")).toBeUndefined();
    expect(near("Q4_K_M", "IQ4_KSS Q4_K_IMAT")).toBeUndefined();
    expect(nearestLabel("Q4_K_M", [])).toBeUndefined();
  });

  it("is known for every type that llama.cpp writes", () => {
    const unknown = [...FILE_TYPES.values()].filter((type) => near(type, "Q4_K_M") === undefined);
    expect(unknown).toEqual([]);
  });
});
