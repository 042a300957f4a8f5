/**
 * Codes of errors for what was typed, not for what it names: a SOURCE that is none, a setting that
 * makes no sense. By code, as the packages that throw them are loaded late.
 */
const USAGE_CODES: ReadonlySet<unknown> = new Set([
  "bad-reference",
  "unknown-alias",
  "invalid-wish",
]);

/** Whether an error means that the command line itself is wrong. */
export function isUsageError(error: unknown): boolean {
  return error instanceof Error && "code" in error && USAGE_CODES.has(error.code);
}
