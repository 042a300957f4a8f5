import { jsonLine } from "./json-text.ts";

/** What work tells on its way: of one of its files, where it is about one. */
export interface ToldEvent {
  readonly type: string;
  readonly file?: string;
}

/** A line of JSON a second is as much of a file as a program can want to read. */
const PROGRESS_INTERVAL_MS = 1_000;

/** Turns events into lines of JSON; "" for one that comes too soon after another of its kind. */
export function eventLines(now: () => number): (event: ToldEvent) => string {
  const toldAt = new Map<string | undefined, number>();
  return (event) => {
    if (event.type === "progress") {
      const last = toldAt.get(event.file);
      if (last !== undefined && now() - last < PROGRESS_INTERVAL_MS) return "";
      toldAt.set(event.file, now());
    }
    return jsonLine(event);
  };
}

/** The last line of work that is done. */
export function resultLine(result: object): string {
  return jsonLine({ type: "result", ...result });
}

/** The last line of work that failed. */
export function failureLine(error: unknown, isInterrupted: boolean): string {
  if (isInterrupted)
    return jsonLine({ type: "error", code: "interrupted", message: "interrupted" });
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string"
      ? error.code
      : "unexpected";
  const message = error instanceof Error ? error.message : String(error);
  return jsonLine({ type: "error", code, message });
}
