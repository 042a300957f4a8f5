import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DEFAULT_LIMITS } from "../src/index.ts";
import { childProgram, type ChildProgram } from "./child-program.ts";
import type { MemoryReport, TimeReport } from "./memory-program.ts";
import { WORK } from "./memory-work.ts";

const MB = 2 ** 20;
// What a process grows by anyway.
const OVERHEAD = 8 * MB;
// `growHeader` makes room for eight times what it is about to hold, which is twice what it holds.
// An allocator that hands out used memory fills that with zeros: then it counts, else it does not.
const MOST_ROOM = 16;
// `growHeader` reads at most so much in vain.
const LARGEST_READ = 4 * MB;

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram("memory-program.ts");
});
afterAll(() => program.remove());

describe("memory", () => {
  const measure = async (file: string): Promise<MemoryReport> =>
    (await program.run("memory", file)) as MemoryReport;

  it.each(["tokens", "empty strings", "one string", "numbers"] as const)(
    "of a large header of %s is less than three times the header",
    async (file) => {
      const { read, validated } = await measure(file);
      expect(read.code).toBe("read");
      expect(read.bytesRead).toBeGreaterThanOrEqual(100 * 1e6);
      expect(validated.code).toBe("read");
      expect(validated.grown).toBeLessThan(3 * read.bytesRead);
    },
  );

  it.each([
    ["nested arrays", "nested-array"],
    ["more strings than fit", "header-too-large"],
    ["more numbers than fit", "header-too-large"],
  ] as const)("is not spent on %s", async (file, code) => {
    const { read } = await measure(file);
    expect(read).toMatchObject({ code, bytesRead: 2 ** 16 });
  });

  it.each([
    "tokens that are not there",
    "numbers that are not there",
    "a text that is not there",
  ] as const)("grows with what is read, not with %s", async (file) => {
    const { read, validated } = await measure(file);
    expect(read).toMatchObject({ code: "truncated", bytesRead: MB });
    expect(validated).toMatchObject({ code: "truncated", bytesRead: MB });
    expect(validated.grown).toBeLessThan(OVERHEAD + MOST_ROOM * validated.bytesRead);
  });

  it("is bounded where a file never ends", async () => {
    const { read } = await measure("tokens without end");
    expect(read.code).toBe("header-too-large");
    expect(read.bytesRead).toBeLessThanOrEqual(DEFAULT_LIMITS.maxHeaderBytes + LARGEST_READ);
  });

  it.each(["zeros", "zeros without end"] as const)(
    "is not spent on %s, nor on telling of every one",
    async (file) => {
      const { read, validated } = await measure(file);
      expect(read).toMatchObject({ code: "empty-key", bytesRead: 2 ** 16 });
      expect(validated.code).toBe("read");
      // A tensor info of 24 bytes becomes an object of some 150.
      expect(validated.grown).toBeLessThan(OVERHEAD + 12 * validated.bytesRead);
    },
  );
});

// A machine that is busy with something else spoils a ratio now and then; what is quadratic stays so.
describe("time", { retry: 2 }, () => {
  it.each(Object.keys(WORK))("grows no faster than %s", async (work) => {
    const { small, large } = (await program.run("time", work)) as TimeReport;
    // Of eight times as much: 8 where time is linear, 64 where it is quadratic.
    expect(large / small).toBeLessThan(24);
  });
});
