import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { childProgram, type ChildProgram } from "./child-program.ts";
import type { FuzzReport } from "./fuzz-program.ts";

// GGUFKIT_FUZZ_SECONDS runs for longer; GGUFKIT_FUZZ_SEED is the seed of the first case, and what
// a failure names: with it, that case comes first.
const SECONDS = Number(process.env["GGUFKIT_FUZZ_SECONDS"] ?? 10);
const SEED = Number(process.env["GGUFKIT_FUZZ_SEED"] ?? 1);

// What mutations must reach again and again, or else they have missed their mark.
const REACHED = [
  "read",
  "not-gguf",
  "unsupported-version",
  "truncated",
  "bad-kv-count",
  "bad-value-type",
  "string-too-long",
  "array-too-long",
  "bad-tensor-count",
  "too-many-dimensions",
  "bad-dimension",
  "bad-tensor-type",
  "bad-row-length",
  "bad-tensor-offset",
] as const;

describe("a mutated file", () => {
  let program: ChildProgram;
  beforeAll(async () => {
    program = await childProgram("fuzz-program.ts");
  });
  afterAll(() => program.remove());

  it(
    "is read, validated and described, or refused with a GgufError, however it is read",
    { timeout: (SECONDS + 180) * 1000 },
    async () => {
      const report = (await program.run(String(SEED), String(SECONDS))) as FuzzReport;
      if (process.env["GGUFKIT_FUZZ_SECONDS"] !== undefined) console.log(report);
      expect(report.cases).toBeGreaterThan(0);
      expect(report.peakBytes).toBeLessThan(2 ** 29);
      const missed = REACHED.filter((code) => report.outcomes[code] === undefined);
      if (report.cases > 1000) expect(missed).toEqual([]);
    },
  );
});
