import type { ChunkPlan } from "./chunk-plan.ts";

/** What a hashing thread is to do. */
export interface PrefixHashJob {
  path: string;
  plan: ChunkPlan;
  /** sha256 of the file up to the end of each of the first chunks, as they were found before. */
  expected: readonly string[];
}

/** What the thread is told. */
export type PrefixHashOrder =
  /** The first so many chunks are written. */
  | { type: "advance"; chunks: number }
  /** A chunk was written anew: hash from there on. */
  | { type: "again"; chunk: number };

/** What the thread tells. */
export type PrefixHashMessage =
  | { type: "hashed"; chunk: number; prefix: string }
  /** A chunk is not what it was; the thread waits for it. */
  | { type: "damaged"; chunk: number };
