/**
 * posix: sh, bash, dash, zsh. PowerShell: 7.3 and later, which pass arguments to programs as they
 * are. cmd: at the prompt, not in a batch file, where `%` would have to be doubled.
 */
export type Shell = "posix" | "fish" | "powershell" | "cmd";

/** Words that no shell reads anything into: names, paths, flags, and flags with such a value. */
const PLAIN =
  /^(?:\.{0,2}\/)?[A-Za-z0-9_][A-Za-z0-9_./:+-]*$|^--?[A-Za-z][A-Za-z0-9-]*(?:=[A-Za-z0-9_./:+-]+)?$/;

/**
 * One argument as a shell must be told it, so that a program gets it unchanged.
 *
 * @throws RangeError for a NUL, which no argument can hold, and in cmd for a line's end.
 */
export function quoteFor(shell: Shell, argument: string): string {
  if (argument.includes("\0")) throw new RangeError("an argument cannot hold a NUL");
  return PLAIN.test(argument) ? argument : QUOTES[shell](argument);
}

const QUOTES: Readonly<Record<Shell, (argument: string) => string>> = {
  // A single quote ends the quoted part, stands escaped by itself, and opens the next one.
  posix: (argument) => `'${argument.replaceAll("'", String.raw`'\''`)}'`,
  fish: (argument) => `'${argument.replaceAll(/['\\]/g, String.raw`\$&`)}'`,
  // Typographic quotes end a string, too.
  powershell: (argument) => `'${argument.replaceAll(/['‘’‚‛]/g, "$&$&")}'`,
  cmd: quoteCmd,
};

/** First as the C runtime reads arguments, then each character that cmd would read escaped by `^`. */
function quoteCmd(argument: string): string {
  if (/[\r\n]/.test(argument)) throw new RangeError("an argument in cmd cannot hold a line's end");
  return inWindowsQuotes(argument).replaceAll(/[()%!^"<>&|]/g, "^$&");
}

/** One argument as Windows programs split their command line, without any shell before them. */
export function quoteWindows(argument: string): string {
  return PLAIN.test(argument) ? argument : inWindowsQuotes(argument);
}

/** Backslashes count only before a quote, where they are doubled. */
function inWindowsQuotes(argument: string): string {
  const text = argument.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&");
  return `"${text}"`;
}

/** A command line of words. */
export function quoteCommand(shell: Shell, command: readonly string[]): string {
  return command.map((word) => quoteFor(shell, word)).join(" ");
}
