import { createHash } from "node:crypto";
import xxhash from "xxhash-wasm";

import type { HashAlgorithm } from "../hash/hash-algorithm.ts";

/** A digest in the making. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Ends it; in the form of `HashDigest.digest`. */
  digest(): string;
}

/** Starts a digest. */
export type CreateHasher = (algorithm: HashAlgorithm) => Hasher;

// UUIDv5 of the URL namespace and "en.wikipedia.org/wiki/Llama.cpp", as llama-gguf-hash has it.
const UUID_NAMESPACE = Buffer.from("ef001206dadc5f6da15f3359e577d4e5", "hex");

/** Loads what digests need, so that starting one does not wait. */
export async function loadHashers(): Promise<CreateHasher> {
  const api = await xxhash();
  return (algorithm) => {
    if (algorithm === "xxh64") return xxh64Hasher(api);
    return algorithm === "uuid" ? uuidHasher() : cryptoHasher(algorithm);
  };
}

function xxh64Hasher(api: Awaited<ReturnType<typeof xxhash>>): Hasher {
  const hash = api.create64();
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.digest().toString(16).padStart(16, "0"),
  };
}

function cryptoHasher(algorithm: "sha1" | "sha256"): Hasher {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

/** RFC 9562, section 5.5: SHA-1 over the namespace and the name, cut and marked. */
function uuidHasher(): Hasher {
  const hash = createHash("sha1").update(UUID_NAMESPACE);
  return {
    update: (bytes) => void hash.update(bytes),
    digest() {
      const bytes = hash.digest().subarray(0, 16);
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6); // version 5
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // variant 0b10
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
  };
}
