import type { TransferEvent, TransferPlan } from "./transfer-event.ts";

/** How far one file has come. */
export type FileTransfer = {
  phase: "pending" | "fetching" | "verifying" | "waiting" | "done";
  /** Whether it was announced with all others; what was not is no part of the whole. */
  isPlanned: boolean;
  done: number;
  total?: number | undefined;
  /** Bytes a second, and seconds that are left, as last told. */
  rate?: number | undefined;
  left?: number | undefined;
  /** In milliseconds, when a part of it came last. */
  cameAt?: number | undefined;
  isVerified: boolean;
  retries: number;
  /** Why requests were made again, by reason. */
  repeats: ReadonlyMap<string, Repeat>;
};

/** A reason that was told once and has been counted since. */
export type Repeat = { toldAt: number; count: number };

/** How far a model has come. */
export type TransferState = {
  /** That was asked for it; undefined where it is known to be here. */
  place?: string;
  /** By name, in the order of the plan. */
  files: ReadonlyMap<string, FileTransfer>;
};

export const NO_TRANSFER: TransferState = { files: new Map() };

/** The same reason for the same file within this time is counted, and no news. */
const REPEAT_MS = 10_000;

const NEW_FILE: FileTransfer = {
  phase: "pending",
  isPlanned: false,
  done: 0,
  isVerified: false,
  retries: 0,
  repeats: new Map(),
};

/** The state after an event. Pure; events of unknown types change nothing. */
export function foldTransfer(
  state: TransferState,
  event: TransferEvent,
  nowMs: number,
): TransferState {
  switch (event.type) {
    case "place":
      return { ...NO_TRANSFER, place: event.place };
    case "place-failed":
      return NO_TRANSFER;
    case "planned":
      return { ...state, files: plannedFiles(event.plan, state) };
    case "started": {
      const total = event.bytes ?? fileOf(state, event.file).total;
      return withFile(withoutUnplanned(state), event.file, { phase: "fetching", total });
    }
    case "progress": {
      const { file, done, rate, left } = event;
      const total = event.total ?? fileOf(state, file).total;
      return withFile(state, file, { phase: "fetching", done, total, rate, left, cameAt: nowMs });
    }
    case "resumed":
      return withFile(state, event.file, {
        phase: "fetching",
        done: event.done,
        total: event.bytes,
      });
    case "restarted":
      return withFile(state, event.file, { phase: "fetching", done: 0, ...NO_RATE });
    case "retried":
      return withRetry(state, event, nowMs);
    case "waiting":
    case "verifying":
      return withFile(state, event.file, { phase: event.type, ...NO_RATE });
    case "verified": {
      const { phase } = fileOf(state, event.file);
      // One that was only checked may still be copied, or have nothing done with it at all.
      const next = phase === "verifying" ? "pending" : phase;
      return withFile(state, event.file, { phase: next, isVerified: true });
    }
    case "cached": {
      const { done, total = done } = fileOf(state, event.file);
      return withFile(state, event.file, { phase: "done", done: total, ...NO_RATE });
    }
    case "done": {
      const { file, bytes } = event;
      return withFile(state, file, { phase: "done", done: bytes, total: bytes, ...NO_RATE });
    }
    default:
      return state;
  }
}

/** What is known of a file; one that was not heard of has not begun. */
export function fileOf(state: TransferState, file: string): FileTransfer {
  return state.files.get(file) ?? NEW_FILE;
}

/** The reason's count, when it was told for this file only just now. */
export function freshRepeat(
  state: TransferState,
  { file, reason }: { file: string; reason: string },
  nowMs: number,
): Repeat | undefined {
  const repeat = fileOf(state, file).repeats.get(reason);
  return repeat !== undefined && nowMs - repeat.toldAt < REPEAT_MS ? repeat : undefined;
}

const NO_RATE = { rate: undefined, left: undefined, cameAt: undefined } as const;

function plannedFiles({ files }: TransferPlan, before: TransferState): TransferState["files"] {
  return new Map(
    files.map(({ name, bytes: total, presentBytes: done }) => {
      const { isVerified } = fileOf(before, name);
      return [name, { ...NEW_FILE, isPlanned: true, done, total, isVerified }];
    }),
  );
}

/** Where files were not planned, one comes after the other: a wheel, then the model in it. */
function withoutUnplanned(state: TransferState): TransferState {
  return { ...state, files: new Map([...state.files].filter(([, { isPlanned }]) => isPlanned)) };
}

function withRetry(
  state: TransferState,
  event: { file: string; reason: string },
  nowMs: number,
): TransferState {
  const { retries, repeats } = fileOf(state, event.file);
  const { toldAt, count } = freshRepeat(state, event, nowMs) ?? { toldAt: nowMs, count: 0 };
  return withFile(state, event.file, {
    retries: retries + 1,
    repeats: new Map(repeats).set(event.reason, { toldAt, count: count + 1 }),
  });
}

function withFile(
  state: TransferState,
  file: string,
  change: Partial<FileTransfer>,
): TransferState {
  const files = new Map(state.files).set(file, { ...fileOf(state, file), ...change });
  return { ...state, files };
}
