import { open, readFile, rename } from "node:fs/promises";
import { chunksLength, type ChunkPlan } from "./chunk-plan.ts";

/** What a partial file is a part of. One of another identity is of no use. */
export interface LedgerIdentity {
  /** A digest or an ETag, with its kind before a colon. */
  content: string;
  bytes: number;
  chunkBytes: number;
  /** `Segments.layout`, where there are segments. */
  layout?: string;
}

/** What is known of a partial file. */
export interface LedgerState {
  /** The first so many chunks are written. */
  written: number;
  /** Of chunks behind those: how many bytes are written from their start on. */
  parts: Map<number, number>;
  /** sha256 of the file up to the end of each chunk, in order; reaches at most as far as `written`. */
  prefixes: string[];
}

/**
 * Reads a ledger: a line of JSON, the identity, and a line a step:
 *
 * - `w 12`: the first 12 chunks are written
 * - `p 14 8388608`: of chunk 14, which is not among those, so many bytes are written
 * - `h <64 hex digits>`: the sha256 of the file up to the end of the next chunk
 * - `b 7`: the next chunk is number 7 again; what was said of it and of those behind it is void
 *
 * Lines are appended and not synced. Where a crash of the system took written chunks along, their
 * prefix hashes tell, or the digest of the file at its end; for a file without one, chunks that were
 * not hashed do not count. Where it took lines along, those chunks are fetched again. A last line that
 * was cut short does not count. Pure; undefined where it is of another identity, or none.
 */
export function parseLedger(text: string, identity: LedgerIdentity): LedgerState | undefined {
  const [head, ...lines] = text.split("\n").slice(0, -1);
  if (head !== headLine(identity)) return undefined;
  const { content, bytes, chunkBytes } = identity;
  const chunks = Math.ceil(bytes / chunkBytes);
  const state: LedgerState = { written: 0, parts: new Map(), prefixes: [] };
  for (const line of lines) {
    const [, kind, value = ""] = /^([whb]) ([0-9a-f]+)$/.exec(line) ?? [];
    const count = /^\d{1,9}$/.test(value) ? Number(value) : undefined;
    const [, chunk, part] = /^p (\d{1,9}) (\d{1,12})$/.exec(line) ?? [];
    if (part !== undefined) addPart(state, { chunk: Number(chunk), part: Number(part) }, identity);
    else if (kind === "w" && count !== undefined) state.written = Math.min(count, chunks);
    else if (kind === "h" && value.length === 64) state.prefixes.push(value);
    else if (kind === "b" && count !== undefined) state.prefixes.splice(count);
    else break; // nothing after a damaged line is to be trusted
  }
  state.prefixes.length = Math.min(state.prefixes.length, state.written);
  for (const chunk of state.parts.keys()) if (chunk < state.written) state.parts.delete(chunk);
  // No digest of the whole file would tell at its end that something is missing.
  if (content.startsWith("etag:")) {
    state.written = state.prefixes.length;
    state.parts.clear();
  }
  return state;
}

/** The bytes of a file that are written. */
export function stateBytes(plan: ChunkPlan, { written, parts }: LedgerState): number {
  return [...parts.values()].reduce((sum, part) => sum + part, chunksLength(plan, written));
}

function addPart(
  { parts }: LedgerState,
  { chunk, part }: { chunk: number; part: number },
  { bytes, chunkBytes }: LedgerIdentity,
): void {
  const most = Math.min(chunkBytes, bytes - chunk * chunkBytes);
  if (most > 0) parts.set(chunk, Math.min(part, most));
}

/** A ledger that is open to be written. */
export interface Ledger {
  /** The first `chunks` chunks are written. */
  written: (chunks: number) => void;
  /** Of a chunk behind those, so many bytes. */
  part: (chunk: number, bytes: number) => void;
  /** The next chunk's {@link LedgerState.prefixes}. */
  hashed: (prefix: string) => void;
  /** The next chunk is `chunk` again. */
  back: (chunk: number) => void;
  /** Writes what is still to be written, and closes the file. @throws what writing threw */
  close: () => Promise<void>;
}

/** The state that a ledger file has for this identity, if any. */
export async function readLedger(
  path: string,
  identity: LedgerIdentity,
): Promise<LedgerState | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseLedger(text, identity);
}

/** Begins a ledger anew with a state. `onError` hears once when a line cannot be written. */
export async function startLedger(
  path: string,
  identity: LedgerIdentity,
  state: LedgerState,
  onError: (error: unknown) => void,
): Promise<Ledger> {
  // Whenever this process is killed, the ledger before or this one is there.
  const fresh = `${path}.new`;
  const handle = await open(fresh, "w");
  const lines = [
    headLine(identity),
    `w ${state.written}`,
    ...[...state.parts].map(([chunk, bytes]) => `p ${chunk} ${bytes}`),
    ...state.prefixes.map((prefix) => `h ${prefix}`),
  ];
  let waiting = `${lines.join("\n")}\n`;
  let writing: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    while (waiting !== "") {
      const text = waiting;
      waiting = "";
      await handle.appendFile(text);
    }
    writing = undefined;
  };
  const add = (line: string): void => {
    waiting += `${line}\n`;
    writing ??= flush().catch(onError);
  };
  await flush();
  await rename(fresh, path);
  return {
    written: (chunks) => add(`w ${chunks}`),
    part: (chunk, bytes) => add(`p ${chunk} ${bytes}`),
    hashed: (prefix) => add(`h ${prefix}`),
    back: (chunk) => add(`b ${chunk}`),
    async close() {
      await writing;
      await handle.close();
    },
  };
}

function headLine({ content, bytes, chunkBytes, layout }: LedgerIdentity): string {
  return JSON.stringify({ ledger: 1, content, bytes, chunkBytes, layout });
}
