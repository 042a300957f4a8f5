import { basename, dirname, join } from "node:path/posix";
import { completeShardSet } from "@ggufkit/gguf";
import { FileNotFoundError, MissingShardError, QuantizationError } from "./errors.ts";
import { DEFAULT_QUANTIZATIONS, quantizationLabel } from "./quantization.ts";
import { formatModelReference, type HubReference } from "./reference.ts";

/** The files of one model, the first shard first, and why these when the user left it open. */
export interface HubChoice {
  paths: string[];
  quantization?: string;
  reason?: string;
}

/** One model of a repository: a file, or the shards of a set, under its first path. */
interface Candidate {
  first: string;
  label: string | undefined;
}

// Parts of a model that are of no use alone, whatever label their names carry.
const COMPANION = /^(?:mmproj|imatrix)|imatrix\.gguf$|[-._]mmproj[-._]/i;

/**
 * Picks a model's files from the paths of a repository's GGUF files. Pure.
 * @throws FileNotFoundError, QuantizationError, MissingShardError
 */
export function chooseHubFiles(reference: HubReference, paths: readonly string[]): HubChoice {
  const place = formatModelReference(reference);
  if (reference.path !== undefined) return { paths: wholeSet(place, reference.path, paths) };
  const models = findCandidates(paths);
  if (models.length === 0) {
    throw new QuantizationError(place, "the repository has no GGUF model", []);
  }
  const { candidate, reason } =
    reference.quantization === undefined
      ? pickDefault(place, models)
      : { candidate: pickLabel(place, reference.quantization, models), reason: undefined };
  return {
    paths: wholeSet(place, candidate.first, paths),
    ...(candidate.label !== undefined && { quantization: candidate.label }),
    ...(reason !== undefined && { reason }),
  };
}

function findCandidates(paths: readonly string[]): Candidate[] {
  const models = paths.filter((path) => !COMPANION.test(basename(path)));
  const firsts = new Set(models.map((path) => setPaths(path, paths).names[0] ?? path));
  return [...firsts].map((first) => ({ first, label: quantizationLabel(first) }));
}

function pickLabel(place: string, wanted: string, models: readonly Candidate[]): Candidate {
  const label = wanted.toUpperCase();
  const [candidate, ...others] = models.filter((model) => model.label === label);
  if (candidate === undefined) {
    const has = labelsOf(models);
    const known = has.length === 0 ? "its files carry no labels" : `it has ${has.join(", ")}`;
    throw new QuantizationError(place, `the repository has no ${wanted}; ${known}`, has);
  }
  if (others.length > 0) throw ambiguous(place, label, [candidate, ...others]);
  return candidate;
}

function pickDefault(
  place: string,
  models: readonly Candidate[],
): { candidate: Candidate; reason: string } {
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) {
    return { candidate: only, reason: "it is the only GGUF model of the repository" };
  }
  const usual = DEFAULT_QUANTIZATIONS[0];
  for (const label of DEFAULT_QUANTIZATIONS) {
    if (!models.some((model) => model.label === label)) continue;
    const candidate = pickLabel(place, label, models);
    if (label === usual) return { candidate, reason: `${label} is the usual choice` };
    return { candidate, reason: `there is no ${usual}, and ${label} comes nearest to it` };
  }
  const has = labelsOf(models);
  const choice = has.length > 0 ? `append one of :${has.join(" :")}` : "name one file by its path";
  throw new QuantizationError(place, `no default fits the repository; ${choice}`, has);
}

function ambiguous(place: string, label: string, models: readonly Candidate[]): QuantizationError {
  const files = models.map(({ first }) => first).join(", ");
  const problem = `several models are ${label}, name one by its path: ${files}`;
  return new QuantizationError(place, problem, labelsOf(models));
}

function labelsOf(models: readonly Candidate[]): string[] {
  return [...new Set(models.flatMap(({ label }) => label ?? []))].toSorted();
}

/** The path, or all paths of its set. */
function wholeSet(place: string, path: string, paths: readonly string[]): string[] {
  const { names, missing } = setPaths(path, paths);
  if (missing.length === names.length) {
    throw new FileNotFoundError(path, `not among the repository's GGUF files (${place})`);
  }
  if (missing.length > 0) throw new MissingShardError(place, missing, names.length);
  return names;
}

/** {@link completeShardSet} for paths: a set lies in one folder. */
function setPaths(path: string, paths: readonly string[]): { names: string[]; missing: string[] } {
  const { names } = completeShardSet(basename(path), []);
  const inFolder = names.map((name) => join(dirname(path), name));
  return { names: inFolder, missing: inFolder.filter((name) => !paths.includes(name)) };
}
