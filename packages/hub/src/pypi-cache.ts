import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { copyInto } from "./copy-file.ts";
import { FileExistsError } from "./errors.ts";
import type { HubEvent, PlaceContext, PlannedModel, ResolvedModel } from "./events.ts";
import { fetchFiles, modelPlan, type FileToHave } from "./place-plan.ts";
import { readRecord, writeRecord } from "./record.ts";
import { formatModelReference, type PypiReference } from "./reference.ts";
import type { StoredFile } from "./store.ts";
import { discardFile, recordVerified, verifyFile } from "./verified.ts";

/** What is remembered of an unpacked wheel. */
export interface PypiRecord {
  package: string;
  version: string;
  files: UnpackedFile[];
}

/** A file that came out of a wheel. */
export type UnpackedFile = StoredFile & { name: string };

/**
 * The model of a wheel that was unpacked before: where the cache has it, or in the user's directory,
 * to which it is copied from the cache. Undefined where a file of it is in neither.
 * @throws FileExistsError where the user's directory has another file of the name
 */
export async function* planUnpacked(
  reference: PypiReference,
  version: string | undefined,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedModel | undefined> {
  if (version === undefined) return undefined;
  const { out, expected } = context;
  const cache = packageDir(reference, version, context);
  const record = parseRecord(await readRecord(recordPath(cache)));
  if (record === undefined) return undefined;
  const files: FileToHave[] = [];
  for (const file of record.files) {
    // Bytes that are not expected are another model.
    if (expected !== undefined && file.sha256 !== expected.sha256) return undefined;
    const have = yield* out === undefined
      ? inCache(file, cache, context)
      : inDirectory(file, { cache, out }, context);
    if (have === undefined) return undefined;
    files.push(have);
  }
  const model = toModel(reference, out ?? cache, record);
  const plan = await modelPlan(files, { place: model.place }, out ?? context.settings.cacheDir);
  return {
    plan,
    async *fetch() {
      yield* fetchFiles(files, plan, context);
      return model;
    },
  };
}

/** A file of the cache as it was unpacked. Bytes that are not those are removed. */
async function* inCache(
  file: UnpackedFile,
  cache: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, FileToHave | undefined> {
  const path = join(cache, file.name);
  const { name, sha256 } = file;
  if (yield* verifyFile(path, { file: name, sha256 }, context)) return present(file, path);
  await discardFile(path);
  return undefined;
}

async function* inDirectory(
  file: UnpackedFile,
  { cache, out }: { cache: string; out: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, FileToHave | undefined> {
  const path = join(out, file.name);
  const there = yield* findUnpacked(file, path, context);
  if (there) return present(file, path);
  const cached = yield* inCache(file, cache, context);
  if (cached === undefined) return undefined;
  const copy = async (): Promise<void> => {
    await copyInto(cached.planned.path, path);
    await recordVerified(path, file.sha256, context);
  };
  return { ...present(file, path), disk: file.bytes, copy };
}

/**
 * Whether a file of the user's directory is the one that is unpacked there.
 * @throws FileExistsError where it is another and may not be replaced
 */
export async function* findUnpacked(
  { name, sha256 }: { name: string; sha256: string | undefined },
  path: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  if (sha256 && (yield* verifyFile(path, { file: name, sha256 }, context))) return true;
  if (context.replace) return false;
  throw new FileExistsError(path, `it has not the sha256 ${sha256}`);
}

function present({ name, bytes, sha256 }: UnpackedFile, path: string): FileToHave {
  return {
    planned: { name, path, bytes, sha256, state: "present", presentBytes: bytes },
    disk: 0,
  };
}

/** Remembers what was unpacked from a wheel, wherever it lies. */
export async function recordUnpacked(
  reference: PypiReference,
  { version, files }: Pick<PypiRecord, "version" | "files">,
  context: PlaceContext,
): Promise<PypiRecord> {
  const record: PypiRecord = { package: normalizeName(reference.package), version, files };
  await writeRecord(recordPath(packageDir(reference, version, context)), record);
  return record;
}

/** The version asked for, or of those in the cache the one fetched last. */
export async function latestCached(
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

/** The model of a wheel whose files lie in a directory. */
export function toModel(
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

/** Where a wheel's files are kept. */
export function packageDir(
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

function parseRecord(value: Record<string, unknown> | undefined): PypiRecord | undefined {
  const { package: name, version, files } = value ?? {};
  if (typeof name !== "string" || typeof version !== "string" || !Array.isArray(files)) {
    return undefined;
  }
  const isComplete = files.length > 0 && files.every(isStoredFile);
  return isComplete ? { package: name, version, files: files.filter(isStoredFile) } : undefined;
}

function isStoredFile(value: unknown): value is UnpackedFile {
  if (typeof value !== "object" || value === null) return false;
  const { name, sha256, bytes } = value as Partial<UnpackedFile>;
  return typeof name === "string" && typeof sha256 === "string" && typeof bytes === "number";
}
