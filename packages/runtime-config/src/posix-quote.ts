/** Words that no POSIX shell reads anything into. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One argument as a POSIX shell must be told it: unchanged when safe, else in single quotes. */
export function quoteArgument(argument: string): string {
  if (PLAIN.test(argument)) return argument;
  // A single quote ends the quoted part, stands escaped by itself, and opens the next one.
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
