import { mkdir, rm } from "node:fs/promises";
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
import { readLedger, startLedger, stateBytes, type Ledger, type LedgerState } from "./ledger.ts";
import { openPieceFiles, type PieceFiles } from "./piece-files.ts";
import { bytesIn, piecesOf, type Piece } from "./pieces.ts";
import { startPrefixHash, type PrefixHash } from "./prefix-hash.ts";
import { renameForGood } from "./rename-for-good.ts";
import type { Located } from "./remote-file.ts";
import { contentOf, ledgerIdentity, type TransferFile } from "./transfer-file.ts";

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

/** Of a whole file. */
export interface FileHashes {
  sha256: string;
  /** By the algorithm of the digest that it is held against; without one, its sha256. */
  digest: string;
}

// Written back while the file still grows, so that the sync at its end has little left to do.
const SYNC_BYTES = 64 << 20;

/**
 * A file that is fetched in chunks, several at a time, lowest first, written at their places, and
 * hashed by a thread as far as it is there without a gap. Closing keeps what there is for another run.
 * Its bytes lie in one partial file, or where its segments say.
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
  readonly #files: PieceFiles;
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
  #digest = "";
  #syncedBytes: number;
  #isSyncing = false;
  #isClosed = false;

  private constructor(
    file: TransferFile,
    located: Located,
    { plan, pieces, state, files, ledger, hasReplaced }: Opened,
    options: ChunkedFileOptions,
  ) {
    this.hasReplaced = hasReplaced;
    this.file = file;
    this.located = located;
    this.plan = plan;
    this.#options = options;
    this.#files = files;
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
    const algorithm = file.digest?.algorithm ?? "sha256";
    this.#hash = startPrefixHash(
      { pieces, plan, algorithm, expected: state.prefixes },
      {
        onHashed: (chunk, prefix, digest) => this.#onHashed(chunk, prefix, digest),
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
  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#files.write(bytes, position);
  }

  /** Bytes of a chunk as they are on the disk. */
  read(chunk: number): Promise<Buffer> {
    const { start, end } = chunkRange(this.plan, chunk);
    return this.#files.read(start, end);
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
  get hashes(): FileHashes | undefined {
    const sha256 = this.#prefixes.at(-1);
    if (this.#hashed < this.plan.chunks || sha256 === undefined) return undefined;
    return { sha256, digest: this.#digest };
  }

  /**
   * Makes the partial file the final one, on the disk for good. One with segments stays as it is, with
   * its ledger: the next run goes on from there unless it is joined before.
   */
  async publish(): Promise<void> {
    await this.#files.sync();
    await this.close();
    const { path, partial, ledger, segments } = this.file.target;
    if (segments !== undefined) return;
    await renameForGood(partial, path);
    await rm(ledger, { force: true });
  }

  /** Keeps what there is. May be called more than once. */
  async close(): Promise<void> {
    if (!this.#isClosed) for (const [chunk, bytes] of this.#parts) this.#ledger.part(chunk, bytes);
    this.#isClosed = true;
    await this.#hash.close();
    await this.#ledger.close();
    await this.#files.close();
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

  #onHashed(chunk: number, prefix: string, digest: string): void {
    this.#hashed = chunk + 1;
    this.#digest = digest;
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
    assertGgufMagic(await this.#files.read(0, MAGIC_SAMPLE), this.file.remote.name);
  }

  #writeBack(): void {
    const bytes = chunksLength(this.plan, this.#written);
    if (this.#isSyncing || bytes - this.#syncedBytes < SYNC_BYTES) return;
    this.#syncedBytes = bytes;
    this.#isSyncing = true;
    void this.#files
      .datasync()
      .catch(() => {}) // it goes wrong in the sync at the end as well, and is told there
      .finally(() => (this.#isSyncing = false));
  }
}

interface Opened {
  plan: ChunkPlan;
  pieces: readonly Piece[];
  state: LedgerState;
  files: PieceFiles;
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
  // A file whose content nothing names is not fetched in chunks.
  const identity = ledgerIdentity(target, contentOf(file, located) ?? "", plan);
  const left = await readLedger(target.ledger, identity);
  const pieces = piecesOf(plan.bytes, target.partial, target.segments?.pieces);
  const files = await openPieceFiles(target.partial, pieces);
  try {
    const ownBytes = bytesIn(target.partial, pieces);
    const { size } = await files.own.stat();
    const nothing: LedgerState = { written: 0, parts: new Map(), prefixes: [] };
    const state = left !== undefined && size === ownBytes ? left : nothing;
    if (stateBytes(plan, state) === 0) await files.own.truncate(0);
    await files.own.truncate(ownBytes);
    const ledger = await startLedger(target.ledger, identity, state, onError);
    return { plan, pieces, state, files, ledger, hasReplaced: size > 0 && state !== left };
  } catch (error) {
    await files.close();
    throw writeFailure(error, target.partial);
  }
}
