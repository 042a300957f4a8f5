import type { Problem } from "../format/gguf-error.ts";
import type { HashPass } from "../hash/plan-hashing.ts";
import type { Extent } from "../hash/plan-reads.ts";
import type { FileIdentity } from "./file-identity.ts";
import type { PassDigest } from "./hash-pass.ts";

/** What a worker is started with. */
export interface HashJob {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly extents: readonly Extent[];
  readonly pass: HashPass;
}

/** What a worker says: bytes read since it last said so, and last what came of it. */
export type HashMessage =
  | { readonly type: "read"; readonly bytes: number }
  | { readonly type: "done"; readonly digests: readonly PassDigest[] }
  | { readonly type: "failed"; readonly problem: Problem };
