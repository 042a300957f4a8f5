import fc from "fast-check";

import type { BigintTypeName, NumberTypeName } from "../src/index.ts";

type FixedScalars = Readonly<
  Record<NumberTypeName, fc.Arbitrary<number>> &
    Record<BigintTypeName, fc.Arbitrary<bigint>> &
    Record<"bool", fc.Arbitrary<boolean>>
>;

/** What each type of a fixed size may hold. */
export const FIXED_SCALARS: FixedScalars = {
  u8: fc.integer({ min: 0, max: 2 ** 8 - 1 }),
  i8: fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 }),
  u16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  i16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  f32: fc.float(),
  f64: fc.double(),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  bool: fc.boolean(),
};
