import { buildGguf } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planMerge, planSplit, type SplitLimit } from "../src/index.ts";
import { anyGguf } from "./arbitrary-gguf.ts";
import { executePlan, named } from "./execute-plan.ts";

const anyLimit: fc.Arbitrary<SplitLimit> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((maxTensors) => ({ maxTensors })),
  fc.integer({ min: 1, max: 3000 }).map((maxBytes) => ({ maxBytes })),
);

describe("a file that is split and merged again", () => {
  it("is the same byte for byte, whatever is in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyGguf,
        anyLimit,
        fc.boolean(),
        async (options, limit, noTensorFirstSplit) => {
          const whole = buildGguf(options);
          const source = await named("whole.gguf", whole);
          const { shards } = planSplit(source, "m", limit, { noTensorFirstSplit });
          const files = shards.map((shard) => executePlan(shard, [whole]));
          const headers = await Promise.all(
            files.map((bytes, splitNo) => named(shards[splitNo]?.name ?? "", bytes)),
          );
          const merged = executePlan(planMerge(headers), files);
          expect(Buffer.compare(merged, whole)).toBe(0);

          for (const [splitNo, shard] of shards.entries()) {
            const { tensors, fileSize, dataOffset } = shard.gguf;
            const isFirstOfNone = splitNo === 0 && (noTensorFirstSplit || shards.length === 1);
            expect(tensors.length > 0 || isFirstOfNone).toBe(true);
            const isWithin =
              "maxTensors" in limit
                ? tensors.length <= limit.maxTensors
                : fileSize - dataOffset <= limit.maxBytes;
            expect(shard.isOverLimit).toBe(!isWithin);
            // Only where one tensor alone is too large, empty ones before it left aside.
            if (!isWithin) expect(tensors.filter(({ bytes }) => bytes > 0)).toHaveLength(1);
          }
        },
      ),
    );
  });
});
