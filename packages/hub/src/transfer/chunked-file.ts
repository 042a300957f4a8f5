import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { assertGgufMagic, MAGIC_SAMPLE } from "../gguf-magic.ts";
import {
  chunkPlan,
  chunkRange,
  chunksLength,
  type ChunkPlan,
  type ChunkRest,
} from "./chunk-plan.ts";
import { writeFailure } from "./disk-space.ts";
import {
  readLedger,
  startLedger,
  stateBytes,
  type Ledger,
  type LedgerIdentity,
  type LedgerState,
} from "./ledger.ts";
import { startPrefixHash, type PrefixHash } from "./prefix-hash.ts";
import { renameForGood } from "./rename-for-good.ts";
import type { Located } from "./remote-file.ts";
import { contentOf, type TransferFile } from "./transfer-file.ts";

/** What a {@link ChunkedFile} needs beside the file. */
export interface ChunkedFileOptions {
  chunkBytes: number;
  windowChunks: number;
  hashWorker: URL | undefined;
  /** Something that ends the whole transfer. */
  onError: (error: unknown) => void;
  /** A chunk can be taken that could not be before, or all are hashed. */
  onChange: () => void;
}

// Written back while the file still grows, so that the sync at its end has little left to do.
const SYNC_BYTES = 64 << 20;

/**
 * A file that is fetched in chunks, several at a time, lowest first, written at their places, and
 * hashed by a thread as far as it is there without a gap. Closing keeps what there is for another run.
 */
export class ChunkedFile {
  readonly file: TransferFile;
  readonly plan: ChunkPlan;
  located: Located;
  /** A new address that was asked for. */
  renewing: Promise<Located> | undefined;
  /** Bytes that an earlier run left. */
  readonly resumedBytes: number;
  /** Whether what an earlier run left was of other content, and is gone. */
  readonly hasReplaced: boolean;
  /** Whether the server has answered with a range of it: then one that does not may be a mishap. */
  hasRanges = false;
  /** That have come, those of earlier runs too. */
  received: number;
  readonly startedAt: number = performance.now();
  readonly #options: ChunkedFileOptions;
  readonly #handle: FileHandle;
  readonly #ledger: Ledger;
  readonly #hash: PrefixHash;
  readonly #prefixes: string[];
  /** Chunks that are written beyond the first that is not. */
  readonly #ahead = new Set<number>();
  readonly #again: number[] = [];
  /** Of chunks that are not whole: the bytes that are written, from their start on. */
  readonly #parts: Map<number, number>;
  #written: number;
  #next: number;
  #hashed = 0;
  #syncedBytes: number;
  #isSyncing = false;
  #isClosed = false;

  private constructor(
    file: TransferFile,
    located: Located,
    { plan, state, handle, ledger, hasReplaced }: Opened,
    options: ChunkedFileOptions,
  ) {
    this.hasReplaced = hasReplaced;
    this.file = file;
    this.located = located;
    this.plan = plan;
    this.#options = options;
    this.#handle = handle;
    this.#ledger = ledger;
    this.#prefixes = [...state.prefixes];
    this.#parts = new Map(state.parts);
    this.#written = state.written;
    for (const chunk of state.parts.keys()) if (this.#isWhole(chunk)) this.#add(chunk);
    this.#next = this.#written;
    this.resumedBytes = stateBytes(plan, state);
    this.received = this.resumedBytes;
    this.#syncedBytes = this.resumedBytes;
    const { onError } = options;
    this.#hash = startPrefixHash(
      { path: file.target.partial, plan, expected: state.prefixes },
      {
        onHashed: (chunk, prefix) => this.#onHashed(chunk, prefix),
        onDamaged: (chunk) => this.#onDamaged(chunk),
        onError,
      },
      options.hashWorker,
    );
    this.#hash.advance(this.#written);
  }

  /** Goes on with what an earlier run left of the same content, else begins anew. */
  static async open(
    file: TransferFile,
    located: Located,
    bytes: number,
    options: ChunkedFileOptions,
  ): Promise<ChunkedFile> {
    const plan = chunkPlan(bytes, options.chunkBytes);
    const opened = await openPartial(file, located, plan, options.onError);
    return new ChunkedFile(file, located, opened, options);
  }

  /** The next chunk to fetch; undefined while so many are under way that none may be begun. */
  takeChunk(): ChunkRest | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return { chunk: again, ...chunkRange(this.plan, again) };
    const limit = Math.min(this.#written + this.#options.windowChunks, this.plan.chunks);
    while (this.#ahead.has(this.#next)) this.#next += 1;
    if (this.#next >= limit) return undefined;
    const chunk = this.#next++;
    const { start, end } = chunkRange(this.plan, chunk);
    return { chunk, start: start + (this.#parts.get(chunk) ?? 0), end };
  }

  /** A chunk is written up to a position of the file, and no further for now. */
  reached(chunk: number, position: number): void {
    this.#parts.set(chunk, position - chunkRange(this.plan, chunk).start);
  }

  /** Writes bytes at their place. @throws NoSpaceError, and what writing throws */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const rest = bytes.length - at;
        const { bytesWritten } = await this.#handle.write(bytes, at, rest, position + at);
        at += bytesWritten;
      }
    } catch (error) {
      throw writeFailure(error, this.file.target.partial);
    }
  }

  /** Bytes of a chunk as they are on the disk. */
  async read(chunk: number): Promise<Buffer> {
    const { start, end } = chunkRange(this.plan, chunk);
    const buffer = Buffer.allocUnsafe(end - start);
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead);
  }

  /** All of a chunk is written. @throws NotGgufError */
  async complete(chunk: number): Promise<void> {
    if (chunk === 0) await this.#checkMagic();
    if (this.#isClosed) return; // the file has begun anew meanwhile
    if (chunk < this.#written) return this.rehash(chunk);
    const { start, end } = chunkRange(this.plan, chunk);
    this.#add(chunk);
    if (chunk < this.#written) this.#ledger.written(this.#written);
    else this.#ledger.part(chunk, end - start);
    this.#hash.advance(this.#written);
    this.#writeBack();
    this.#options.onChange();
  }

  /** A chunk that was hashed already is another now. */
  rehash(chunk: number): void {
    this.#hashed = Math.min(this.#hashed, chunk);
    this.#hash.again(chunk);
  }

  /** Of the whole file, once it is there and hashed. */
  get sha256(): string | undefined {
    return this.#hashed === this.plan.chunks ? this.#prefixes.at(-1) : undefined;
  }

  /** Makes the partial file the final one, on the disk for good. */
  async publish(): Promise<void> {
    await this.#handle.sync();
    await this.close();
    const { path, partial, ledger } = this.file.target;
    await renameForGood(partial, path);
    await rm(ledger, { force: true });
  }

  /** Keeps what there is. May be called more than once. */
  async close(): Promise<void> {
    if (!this.#isClosed) for (const [chunk, bytes] of this.#parts) this.#ledger.part(chunk, bytes);
    this.#isClosed = true;
    await this.#hash.close();
    await this.#ledger.close();
    await this.#handle.close();
  }

  /** Removes what there is: it is of no use to anybody. */
  async discard(): Promise<void> {
    await this.close();
    const { partial, ledger } = this.file.target;
    await rm(ledger, { force: true });
    await rm(partial, { force: true });
  }

  #isWhole(chunk: number): boolean {
    const { start, end } = chunkRange(this.plan, chunk);
    return this.#parts.get(chunk) === end - start;
  }

  /** A chunk is whole: the first that is not may be a later one now. */
  #add(chunk: number): void {
    this.#parts.delete(chunk);
    this.#ahead.add(chunk);
    while (this.#ahead.delete(this.#written)) this.#written += 1;
  }

  #onHashed(chunk: number, prefix: string): void {
    this.#hashed = chunk + 1;
    if (this.#prefixes[chunk] !== prefix) {
      if (chunk < this.#prefixes.length) {
        this.#prefixes.length = chunk;
        this.#ledger.back(chunk);
      }
      this.#prefixes.push(prefix);
      this.#ledger.hashed(prefix);
    }
    if (this.#hashed === this.plan.chunks) this.#options.onChange();
  }

  #onDamaged(chunk: number): void {
    const { start, end } = chunkRange(this.plan, chunk);
    this.received -= end - start;
    this.#again.push(chunk);
    this.#options.onChange();
  }

  async #checkMagic(): Promise<void> {
    if (!/\.gguf$/i.test(this.file.remote.name)) return;
    const head = Buffer.alloc(MAGIC_SAMPLE);
    const { bytesRead } = await this.#handle.read(head, 0, head.length, 0);
    assertGgufMagic(head.subarray(0, bytesRead), this.file.remote.name);
  }

  #writeBack(): void {
    const bytes = chunksLength(this.plan, this.#written);
    if (this.#isSyncing || bytes - this.#syncedBytes < SYNC_BYTES) return;
    this.#syncedBytes = bytes;
    this.#isSyncing = true;
    void this.#handle
      .datasync()
      .catch(() => {}) // it goes wrong in the sync at the end as well, and is told there
      .finally(() => (this.#isSyncing = false));
  }
}

interface Opened {
  plan: ChunkPlan;
  state: LedgerState;
  handle: FileHandle;
  ledger: Ledger;
  hasReplaced: boolean;
}

async function openPartial(
  file: TransferFile,
  located: Located,
  plan: ChunkPlan,
  onError: (error: unknown) => void,
): Promise<Opened> {
  const { target } = file;
  await mkdir(dirname(target.partial), { recursive: true });
  const { bytes, chunkBytes } = plan;
  // A file whose content nothing names is not fetched in chunks.
  const content = contentOf(file, located) ?? "";
  const identity: LedgerIdentity = { content, bytes, chunkBytes };
  const left = await readLedger(target.ledger, identity);
  const handle = await openToWrite(target.partial);
  try {
    const { size } = await handle.stat();
    const nothing: LedgerState = { written: 0, parts: new Map(), prefixes: [] };
    const state = left !== undefined && size === bytes ? left : nothing;
    if (stateBytes(plan, state) === 0) await handle.truncate(0);
    await handle.truncate(bytes);
    const ledger = await startLedger(target.ledger, identity, state, onError);
    return { plan, state, handle, ledger, hasReplaced: size > 0 && state !== left };
  } catch (error) {
    await handle.close();
    throw writeFailure(error, target.partial);
  }
}

/** Opens a file for reading and writing, as it is or empty. */
async function openToWrite(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return open(path, "wx+");
  }
}
