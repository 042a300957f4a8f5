import { basename } from "node:path/posix";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { startDigest } from "./digest.ts";
import { HashMismatchError, WheelError } from "./errors.ts";

/** A file inside a wheel. */
export interface WheelFile {
  /** Its path in the wheel. */
  name: string;
  bytes: number;
  /** Hex; what the wheel's RECORD says, when it does. */
  sha256: string | undefined;
  /** Its bytes. Throws WheelError when they are damaged, or more or fewer than `bytes`. */
  chunks: () => AsyncGenerator<Uint8Array, void>;
}

/** An open wheel; `close` it. */
export interface WheelFiles {
  files: WheelFile[];
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
 * Opens a wheel and finds the files in it that are wanted, by their paths. A wheel with an entry that
 * would leave its folder is refused whole.
 * @throws WheelError
 */
export async function openWheelFiles(
  path: string,
  isWanted: (name: string) => boolean,
): Promise<WheelFiles> {
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
    const wanted = entries.filter(({ fileName }) => isWanted(fileName));
    for (const entry of wanted) checkReadable(entry, wheel);
    const files = wanted.map((entry): WheelFile => {
      const { fileName: name, uncompressedSize: bytes } = entry;
      const chunks = (): AsyncGenerator<Uint8Array, void> => readEntry(zip, entry, wheel);
      return { name, bytes, sha256: hashes.get(name), chunks };
    });
    return { files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw wheelError(wheel, error);
  }
}

/** A file's bytes, and behind them HashMismatchError where they are not what the RECORD says. */
export async function* recordedChunks({
  name,
  sha256,
  chunks,
}: WheelFile): AsyncGenerator<Uint8Array, void> {
  const hash = startDigest("sha256", 0);
  for await (const chunk of chunks()) {
    hash.update(chunk);
    yield chunk;
  }
  const got = hash.digest("hex");
  if (sha256 !== undefined && got !== sha256) {
    throw new HashMismatchError(basename(name), sha256, got);
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

function checkReadable(entry: Entry, wheel: string): void {
  const { fileName, compressionMethod, versionMadeBy, externalFileAttributes } = entry;
  const mode = versionMadeBy >> 8 === UNIX ? externalFileAttributes >>> 16 : 0;
  if ((mode & FILE_TYPE_MASK) === SYMLINK) throw new WheelError(wheel, `${fileName} is a link`);
  if (entry.isEncrypted()) throw new WheelError(wheel, `${fileName} is encrypted`);
  if (!entry.canDecodeFileData()) {
    throw new WheelError(wheel, `${fileName} has compression method ${compressionMethod}`);
  }
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

function wheelError(wheel: string, error: unknown): WheelError {
  if (error instanceof WheelError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  return new WheelError(wheel, `damaged or hostile: ${problem}`, { cause: error });
}
