import type { Digest } from "../digest.ts";
import type { ChunkPlan } from "./chunk-plan.ts";
import type { Piece } from "./pieces.ts";

/** What a hashing thread is to do. */
export interface PrefixHashJob {
  /** Where the file lies. */
  pieces: readonly Piece[];
  plan: ChunkPlan;
  /** Another hash is made beside sha256 where the file is held against that. */
  algorithm: Digest["algorithm"];
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
  /** `prefix`: sha256 of the file up to the chunk's end; `digest`: that by the job's algorithm. */
  | { type: "hashed"; chunk: number; prefix: string; digest: string }
  /** A chunk is not what it was; the thread waits for it. */
  | { type: "damaged"; chunk: number };
