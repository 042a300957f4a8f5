import { formatBytes, formatDuration } from "./amounts.ts";
import type { TransferEvent, TransferPlan } from "./transfer-event.ts";
import { type FileTransfer, fileOf, freshRepeat, type TransferState } from "./transfer-state.ts";

/**
 * The line that stays about an event, if it is news to a reader. `before` is the state that the
 * event meets. Pure; control characters are not removed.
 */
export function transferNote(
  event: TransferEvent,
  before: TransferState,
  nowMs: number,
): string | undefined {
  switch (event.type) {
    case "place":
      return `fetching ${event.place}`;
    case "terms":
      return `${event.model}: whoever uses it agrees to the ${event.name}, ${event.url}`;
    case "place-failed":
      return failureText(event);
    case "chosen":
      return `${event.file}: ${choiceText(event)}`;
    case "planned":
      return planText(event.plan, before);
    case "resumed":
      return `${event.file}: goes on at ${formatBytes(event.done)} of ${formatBytes(event.bytes)}`;
    case "restarted":
      return `${event.file}: from its beginning again: ${event.reason}`;
    case "retried":
      return retryText(event, before, nowMs);
    case "repaired":
      return `${event.file}: ${formatBytes(event.end - event.start)} at ${formatBytes(event.start)} came damaged, and are fetched again`;
    case "waiting":
      return waitingText(event, before);
    case "cached":
      return cachedText(event.file, before);
    case "done":
      return doneText(event, fileOf(before, event.file));
    default: // these say nothing that a reader waits for
      return undefined;
  }
}

/** The message of an error often begins with the place. */
function failureText({ place, error }: { place: string; error: Error }): string {
  const start = `${place}: `;
  const reason = error.message.startsWith(start)
    ? error.message.slice(start.length)
    : error.message;
  return `not from ${place}: ${reason}`;
}

function choiceText({ quantization, reason }: { quantization?: string; reason: string }): string {
  return quantization === undefined || reason.includes(quantization)
    ? reason
    : `${quantization}, ${reason}`;
}

/** Of a model that is all here, which no place was asked for, there is nothing to tell. */
function planText(
  { files, bytes, fetchBytes = bytes, joined }: TransferPlan,
  { place }: TransferState,
): string | undefined {
  if (fetchBytes === 0 && place === undefined) return undefined;
  const facts = [files.length === 1 ? "1 file" : `${files.length} files`];
  if (bytes !== undefined) facts.push(formatBytes(bytes));
  if (fetchBytes === 0) facts.push("already there");
  else if (fetchBytes !== bytes) facts.push(`${formatBytes(fetchBytes ?? 0)} to fetch`);
  if (joined !== undefined) facts.push(`merged into ${joined.name}`);
  return facts.join(", ");
}

function retryText(
  event: Extract<TransferEvent, { type: "retried" }>,
  before: TransferState,
  nowMs: number,
): string | undefined {
  if (freshRepeat(before, event, nowMs) !== undefined) return undefined;
  const again = `trying again${event.wait > 0 ? ` in ${formatDuration(event.wait)}` : ""}`;
  const earlier = fileOf(before, event.file).repeats.get(event.reason);
  if (earlier === undefined || earlier.count === 1)
    return `${event.file}: ${event.reason}, ${again}`;
  const span = formatDuration(Math.round((nowMs - earlier.toldAt) / 1000));
  return `${event.file}: ${event.reason}, ${earlier.count} times in ${span}, ${again}`;
}

function waitingText(
  { file, pid }: { file: string; pid?: number },
  before: TransferState,
): string | undefined {
  if (fileOf(before, file).phase === "waiting") return undefined;
  const other = pid === undefined ? "another process" : `another process (${pid})`;
  return `${file}: ${other} is fetching it, waiting`;
}

/** When all files are there, the plan has told of them. */
function cachedText(file: string, before: TransferState): string | undefined {
  const { total, isVerified } = fileOf(before, file);
  if (isAllHere(before)) return undefined;
  const facts = [...(total === undefined ? [] : [formatBytes(total)]), "already there"];
  if (isVerified) facts.push("sha256 verified");
  return `${file}: ${facts.join(", ")}`;
}

function isAllHere({ files }: TransferState): boolean {
  return [...files.values()].every(({ done, total }) => done === total);
}

function doneText(
  { file, bytes, seconds }: { file: string; bytes: number; seconds: number },
  { isVerified, retries }: FileTransfer,
): string {
  const facts = [`${formatBytes(bytes)} in ${formatDuration(seconds)}`];
  if (isVerified) facts.push("sha256 verified");
  if (retries > 0) facts.push(retries === 1 ? "1 retry" : `${retries} retries`);
  return `${file}: ${facts.join(", ")}`;
}
