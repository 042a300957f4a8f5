import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { shardSetNames } from "@ggufkit/gguf";
import { FileNotFoundError, MissingShardError } from "./errors.ts";
import type { Planning } from "./events.ts";
import { modelPlan, type FileToHave } from "./place-plan.ts";
import { formatModelReference, type FileReference } from "./reference.ts";

/**
 * A file of the user's own, and the other shards of its set beside it. Nothing is copied or changed.
 * @throws FileNotFoundError, MissingShardError
 */
// oxlint-disable-next-line require-yield -- nothing happens on the way, as with all places
export async function* planFile(reference: FileReference): Planning {
  const place = formatModelReference(reference);
  await regularFileSize(reference.path);
  const directory = dirname(reference.path);
  const names = shardSetNames(basename(reference.path));
  if (names.length > 1) {
    const present = new Set(await readdir(directory));
    const missing = names.filter((name) => !present.has(name));
    if (missing.length > 0) throw new MissingShardError(place, missing, names.length);
  }
  // A lone file keeps its path as it was given.
  const paths = names.length > 1 ? names.map((name) => join(directory, name)) : [reference.path];
  const files = await Promise.all(paths.map(fileThatIsHere));
  const plan = await modelPlan(files, { place }, directory);
  return {
    plan,
    async *fetch() {
      for (const { name } of plan.files) yield { type: "cached", file: name };
      return { files: paths, reference, place, bytes: plan.bytes ?? 0 };
    },
  };
}

async function fileThatIsHere(path: string): Promise<FileToHave> {
  const bytes = await regularFileSize(path);
  const name = basename(path);
  return { planned: { name, path, bytes, state: "present", presentBytes: bytes }, disk: 0 };
}

async function regularFileSize(path: string): Promise<number> {
  let stats;
  try {
    stats = await stat(path);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const problem = isAbsent ? "no such file" : "cannot be read";
    throw new FileNotFoundError(path, problem, { cause });
  }
  if (!stats.isFile()) throw new FileNotFoundError(path, "not a regular file");
  return stats.size;
}
