import type { TensorInfo } from "../format/gguf.ts";
import type { HashAlgorithm } from "./hash-algorithm.ts";
import type { HashDigest, HashRequest } from "./hash-request.ts";
import { escapeControls, type Manifest, type ManifestEntry } from "./manifest.ts";

/** One line of a manifest, held against a file. */
export interface CheckedEntry extends ManifestEntry {
  /** `missing`: the file has no tensor of that name. */
  readonly status: "ok" | "mismatch" | "missing";
  /** The file's own digest; undefined where the tensor is missing. */
  readonly got: string | undefined;
}

/** A file held against a manifest. */
export interface ManifestCheck {
  /** Whether something was checked and every line of it is right. */
  readonly ok: boolean;
  /** The manifest's name for the file; undefined where it does not list the file. */
  readonly file: string | undefined;
  readonly entries: readonly CheckedEntry[];
  /** Tensors of the file without a line, where other tensors have one. They break no check. */
  readonly unlisted: readonly string[];
}

/** Which lines of a manifest count. */
export interface CheckSelection {
  /** Default all. */
  readonly algorithms?: readonly HashAlgorithm[] | undefined;
  /** Lines of single tensors. Default true. */
  readonly layers?: boolean | undefined;
}

/** What is to be hashed for a check, and for which lines. */
export interface CheckPlan {
  readonly request: HashRequest;
  readonly file: string | undefined;
  readonly entries: readonly ManifestEntry[];
  readonly unlisted: readonly string[];
}

/**
 * Plans a check that computes only what the manifest lists for the file at `path`: under that path,
 * or the same file name elsewhere, or the only name that it lists.
 */
export function planCheck(
  manifest: Manifest,
  path: string,
  tensors: readonly TensorInfo[],
  selection: CheckSelection = {},
): CheckPlan {
  const { algorithms, layers = true } = selection;
  const file = fileInManifest(manifest.files, path);
  const entries = manifest.entries.filter(
    (entry) =>
      entry.file === file &&
      (algorithms === undefined || algorithms.includes(entry.algorithm)) &&
      (layers || entry.tensor === undefined),
  );
  const listed = new Set(entries.map(({ tensor }) => tensor));
  const names = tensors.map(({ name }) => escapeControls(name));
  const listsLayers = entries.some(({ tensor }) => tensor !== undefined);
  return {
    request: requestFor(entries, names),
    file,
    entries,
    unlisted: listsLayers
      ? tensors.flatMap(({ name }, index) => (listed.has(names[index]) ? [] : [name]))
      : [],
  };
}

function fileInManifest(files: readonly string[], path: string): string | undefined {
  const escaped = escapeControls(path);
  if (files.includes(escaped)) return escaped;
  const named = files.filter((file) => fileName(file) === fileName(escaped));
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  return files.length === 1 ? files[0] : undefined;
}

/** The manifest may come from a system with other separators. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function requestFor(entries: readonly ManifestEntry[], names: readonly string[]): HashRequest {
  const wanted = new Map<string, Set<HashAlgorithm>>();
  const whole = new Set<HashAlgorithm>();
  for (const { algorithm, tensor } of entries) {
    if (tensor === undefined) whole.add(algorithm);
    else wanted.set(tensor, (wanted.get(tensor) ?? new Set()).add(algorithm));
  }
  const layers = names.flatMap((name, tensor) =>
    [...(wanted.get(name) ?? [])].map((algorithm) => ({ tensor, algorithm })),
  );
  return { whole: [...whole], layers };
}

/** Holds the digests that a plan asked for against its lines. */
export function judgeCheck(plan: CheckPlan, digests: readonly HashDigest[]): ManifestCheck {
  const got = new Map(
    digests.map(({ algorithm, tensor, digest }) => [digestKey(algorithm, tensor), digest]),
  );
  const entries = plan.entries.map((entry): CheckedEntry => {
    const digest = got.get(digestKey(entry.algorithm, entry.tensor));
    const status = digest === undefined ? "missing" : digestStatus(digest, entry);
    return { ...entry, status, got: digest };
  });
  const ok = entries.length > 0 && entries.every(({ status }) => status === "ok");
  return { ok, file: plan.file, entries, unlisted: plan.unlisted };
}

function digestStatus(digest: string, entry: ManifestEntry): "ok" | "mismatch" {
  return digest === entry.digest ? "ok" : "mismatch";
}

function digestKey(algorithm: HashAlgorithm, tensor: string | undefined): string {
  return tensor === undefined ? algorithm : `${algorithm} ${escapeControls(tensor)}`;
}
