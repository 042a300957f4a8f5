import { ClosedOutputError } from "./errors.ts";

/** EPIPE is POSIX, EOF is Windows, the others are what later writes to the same stream get. */
const CLOSED_CODES: ReadonlySet<string> = new Set([
  "EPIPE",
  "EOF",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/**
 * Writes to stdout and resolves once the text has been handed to the system, so that a slow reader
 * slows the writer down.
 *
 * @throws ClosedOutputError when the reader has gone away.
 */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(isClosedOutput(error) ? closedOutput(error) : error);
    });
  });
}

/** What work ends with when the reader of stdout has gone away. */
export function closedOutput(cause: Error): ClosedOutputError {
  return new ClosedOutputError("the reader of the output has gone away", { cause });
}

/** Whether an error of a stream says that its reader has gone away. */
export function isClosedOutput(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && CLOSED_CODES.has(error.code);
}
