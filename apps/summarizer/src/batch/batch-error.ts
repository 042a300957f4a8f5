import { SummarizerError } from "../errors.ts";
import { ServerError } from "../server/server-error.ts";

/** What goes wrong with a disk goes wrong for all pages. */
const FATAL: ReadonlySet<string> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EACCES",
  "EPERM",
  "ENOENT",
]);

/** Whether an error would be every page's: a full disk, a server that has gone. */
export function isFatal(error: unknown): boolean {
  if (error instanceof ServerError) return error.isForAll;
  if (!(error instanceof SummarizerError) || error.code !== "output") return false;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && FATAL.has(code);
}

/** Some pages of a batch could not be written; the others are. */
export class BatchFailedError extends Error {
  override readonly name = "BatchFailedError";
  readonly code = "batch-failed";
  readonly failed: number;

  constructor(failed: number, total: number, file: string) {
    const pages = `${failed} of ${total} pages could not be written`;
    super(`${pages}, see ${file}; the same command tries them again`);
    this.failed = failed;
  }
}

/** What programs read when Ctrl-C ended a batch. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly code = "interrupted";

  constructor() {
    super("interrupted");
  }
}
