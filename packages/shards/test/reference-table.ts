import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a file that llama-gguf-split wrote is, and whether it can read that itself. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
  readonly isUnreadable?: true;
}

/** What reference/run-llama-gguf-split.mjs wrote; null where llama-gguf-split ended with an error. */
export interface ReferenceTable {
  readonly splits: Readonly<
    Record<
      string,
      {
        readonly files: readonly ({ readonly name: string } & Digest)[] | null;
        readonly merged: Digest | null;
      }
    >
  >;
  readonly merges: Readonly<Record<string, Digest | null>>;
}

export const TABLE: ReferenceTable = JSON.parse(
  readFileSync(new URL("reference/llama-gguf-split.json", import.meta.url), "utf8"),
) as ReferenceTable;

export function digestOf(bytes: Uint8Array): Digest {
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
