/** A digest that llama-gguf-hash writes. All are over the bytes of tensors alone. */
export type HashAlgorithm = "xxh64" | "sha1" | "sha256" | "uuid";

/** All algorithms, in the order of llama-gguf-hash's lines. */
export const HASH_ALGORITHMS: readonly HashAlgorithm[] = ["xxh64", "sha1", "sha256", "uuid"];

/** Whether single tensors have such a digest. A uuid names a whole model. */
export function isLayerAlgorithm(algorithm: HashAlgorithm): boolean {
  return algorithm !== "uuid";
}

const HEX_DIGITS = { xxh64: 16, sha1: 40, sha256: 64 } as const;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text, in lower case, has the form of this algorithm's digests. */
export function isDigest(algorithm: HashAlgorithm, text: string): boolean {
  if (algorithm === "uuid") return UUID.test(text);
  return text.length === HEX_DIGITS[algorithm] && /^[0-9a-f]+$/.test(text);
}
