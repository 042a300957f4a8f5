import { escapeCharacter } from "../format/escape.ts";
import { GgufError, quoted } from "../format/gguf-error.ts";
import { HASH_ALGORITHMS, isDigest, type HashAlgorithm } from "./hash-algorithm.ts";
import type { HashDigest } from "./hash-request.ts";

/** One line of a manifest. */
export interface ManifestEntry {
  /** Counted from 1. */
  readonly line: number;
  readonly algorithm: HashAlgorithm;
  /** In lower case. */
  readonly digest: string;
  /** The path that was hashed, as it was given then. */
  readonly file: string;
  /** Undefined for the digest over all tensors. Controls in the name are written as `\u000a`. */
  readonly tensor: string | undefined;
}

/** What a manifest lists, in its order. */
export interface Manifest {
  readonly entries: readonly ManifestEntry[];
  /** The files that it lists, each once. */
  readonly files: readonly string[];
}

/** llama-gguf-hash's column of the algorithms. */
const ALGORITHM_WIDTH = 8;
/** Longer than any path and tensor name that a system and ggml allow. */
const MAX_LINE_LENGTH = 2 ** 13;
/** Looked at in search of the one between file and tensor. Real lines have one or two. */
const MAX_COLONS = 8;

/**
 * Digests as llama-gguf-hash prints them, one a line: `xxh64     f66e9cd66a4396a0  file:tensor`.
 *
 * @param file the path that was hashed; llama-gguf-hash's check compares it to the letter
 */
export function formatManifest(digests: readonly HashDigest[], file: string): string {
  return digests
    .map(({ algorithm, digest, tensor }) => {
      return `${algorithm.padEnd(ALGORITHM_WIDTH)}  ${digest}  ${manifestName(file, tensor)}\n`;
    })
    .join("");
}

/** How a tensor, or the whole file, is named on a line. */
function manifestName(file: string, tensor: string | undefined): string {
  return escapeControls(tensor === undefined ? file : `${file}:${tensor}`);
}

/** A name with a line break in it could pass for a line of its own. */
export function escapeControls(name: string): string {
  return name.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escapeCharacter);
}

/**
 * Reads what `formatManifest` and llama-gguf-hash write, the reports of its check too (whose
 * verdicts are passed over). Spaces in names, which llama-gguf-hash cannot read back, are read.
 *
 * @param manifest name of the manifest, for error messages
 * @throws {GgufError} `bad-manifest` with the number of the first line that is none
 */
export function parseManifest(text: string, manifest?: string): Manifest {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  const parsed = lines.flatMap((line, index) => parseLine(line, index + 1, manifest) ?? []);
  const names = new Set(parsed.map(({ name }) => name));
  const entries = parsed.map(({ name, ...entry }) => ({ ...entry, ...splitName(name, names) }));
  const uuid = entries.find(
    ({ algorithm, tensor }) => algorithm === "uuid" && tensor !== undefined,
  );
  if (uuid) fail(manifest, uuid.line, "a uuid names a whole model, not a tensor", uuid.tensor);
  return { entries, files: [...new Set(entries.map(({ file }) => file))] };
}

type ParsedLine = Pick<ManifestEntry, "line" | "algorithm" | "digest"> & { readonly name: string };

// The first and the last line of a check's report, and comments.
const NO_ENTRY = /^(?:manifest {2}|Verification results for |#)/;
// What a check appends to a line.
const VERDICT = / {2}- {2}(?:Ok|Mismatch|Not Found)$/;

function parseLine(text: string, line: number, manifest?: string): ParsedLine | undefined {
  if (text.length > MAX_LINE_LENGTH)
    fail(manifest, line, `has ${text.length} characters, at most ${MAX_LINE_LENGTH}`);
  const trimmed = text.trim();
  if (trimmed === "" || NO_ENTRY.test(trimmed)) return undefined;
  const [, word = "", hash = "", name = ""] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(trimmed) ?? [];
  const algorithm = HASH_ALGORITHMS.find((known) => known === word);
  if (algorithm === undefined) {
    const expected = `an algorithm (${HASH_ALGORITHMS.join(", ")}), a digest and a name`;
    return fail(manifest, line, `expected ${expected}, got ${quoted(trimmed)}`, trimmed);
  }
  const digest = hash.toLowerCase();
  if (!isDigest(algorithm, digest))
    fail(manifest, line, `${quoted(hash)} is no ${algorithm} digest`, hash);
  return { line, algorithm, digest, name: name.replace(VERDICT, "") };
}

/**
 * Divides `file:tensor`. Either may hold a colon; but there is a line for the file alone, unless
 * somebody has taken it out.
 */
function splitName(
  name: string,
  names: ReadonlySet<string>,
): Pick<ManifestEntry, "file" | "tensor"> {
  let colon = name.indexOf(":");
  for (let tried = 0; tried < MAX_COLONS && colon !== -1; tried++) {
    if (names.has(name.slice(0, colon))) return splitAt(name, colon);
    colon = name.indexOf(":", colon + 1);
  }
  if (/\.gguf$/i.test(name)) return { file: name, tensor: undefined };
  const extension = /^.*\.gguf(?=:)/i.exec(name)?.[0].length;
  const afterDrive = /^[A-Za-z]:[\\/]/.test(name) ? 2 : 0;
  return splitAt(name, extension ?? name.indexOf(":", afterDrive));
}

function splitAt(name: string, colon: number): Pick<ManifestEntry, "file" | "tensor"> {
  if (colon < 0) return { file: name, tensor: undefined };
  return { file: name.slice(0, colon), tensor: name.slice(colon + 1) };
}

function fail(manifest: string | undefined, line: number, problem: string, got?: string): never {
  throw new GgufError({
    code: "bad-manifest",
    reason: `line ${line}: ${problem}`,
    file: manifest,
    got,
  });
}
