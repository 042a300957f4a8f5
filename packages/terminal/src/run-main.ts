import type { Environment } from "./colours.ts";
import { formatError, formatErrorForDebugging } from "./error-text.ts";
import { ClosedOutputError, InvalidInputError, UsageError } from "./errors.ts";
import { closedOutput, isClosedOutput } from "./output.ts";

/** What the tools exit with: a contract with the scripts that call them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  invalid: 3,
  interrupted: 130, // 128 + SIGINT
  terminated: 143, // 128 + SIGTERM
} as const;

const SIGNAL_EXITS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

export type MainContext = {
  /**
   * Aborted by the first SIGINT or SIGTERM, and with a ClosedOutputError when stdout's reader goes
   * away: clean up and return.
   */
  signal: AbortSignal;
};

export type RunMainOptions = {
  /** Which errors of other packages mean wrong usage (exit code 2), besides UsageError and commander's. */
  isUsageError?: (error: unknown) => boolean;
  /** Which errors of other packages mean that the thing checked is invalid (3), besides InvalidInputError. */
  isInvalidInput?: (error: unknown) => boolean;
  /** GGUFKIT_DEBUG=1 in it adds stack traces; `process.env` unless told otherwise. */
  env?: Environment;
};

/**
 * Runs a tool and sets `process.exitCode`: what `main` returns, 0 when it returns nothing, else by
 * its error (see {@link EXIT}). This is the only place that prints errors and knows exit codes.
 * A second SIGINT or SIGTERM ends the process at once. A closed stdout is no error.
 */
export async function runMain(
  name: string,
  main: (context: MainContext) => Promise<number | void>,
  options: RunMainOptions = {},
): Promise<void> {
  const { env = process.env } = options;
  const controller = new AbortController();
  let stop: { code: number; line?: string } | undefined;

  const onSignal = (signal: NodeJS.Signals): void => {
    const code = SIGNAL_EXITS[signal as keyof typeof SIGNAL_EXITS];
    if (controller.signal.aborted) process.exit(code);
    stop = { code, line: `${name}: interrupted` };
    controller.abort();
  };
  const print = (error: unknown): void => {
    const format = env["GGUFKIT_DEBUG"] === "1" ? formatErrorForDebugging : formatError;
    process.stderr.write(`${format(name, error)}\n`);
  };
  const onStray = (error: unknown): void => {
    print(error);
    process.exit(EXIT.failed);
  };

  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("uncaughtException", onStray);
  watchStreams((error) => {
    stop ??= { code: EXIT.done };
    process.exitCode = stop.code; // counts when main has returned already
    controller.abort(closedOutput(error));
  });

  let code: number = EXIT.done;
  try {
    code = (await main({ signal: controller.signal })) ?? EXIT.done;
  } catch (error) {
    code = exitCodeOf(error, options);
    if (stop === undefined && !alreadyTold(error)) print(error);
  }
  // From here on a signal ends the process as it does any other: whatever still keeps it alive.
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  if (stop?.line !== undefined) process.stderr.write(`${stop.line}\n`);
  process.exitCode = stop?.code ?? code;
}

/**
 * Keeps a closed stdout or stderr from crashing the process, now and for output written later.
 * The handlers stay: an error may arrive after the last write has returned.
 */
function watchStreams(onStdoutClosed: (error: Error) => void): void {
  process.stdout.on("error", (error) => {
    if (!isClosedOutput(error)) throw error;
    onStdoutClosed(error);
  });
  process.stderr.on("error", (error) => {
    if (!isClosedOutput(error)) throw error;
  });
}

function exitCodeOf(error: unknown, options: RunMainOptions): number {
  if (error instanceof ClosedOutputError) return EXIT.done;
  const commander = commanderExitCode(error);
  if (commander !== undefined) return commander === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UsageError || options.isUsageError?.(error) === true) return EXIT.usage;
  if (error instanceof InvalidInputError || options.isInvalidInput?.(error) === true) {
    return EXIT.invalid;
  }
  return EXIT.failed;
}

/** Commander prints by itself before it throws; a printed `--help` or `--version` has exit code 0. */
function alreadyTold(error: unknown): boolean {
  return error instanceof ClosedOutputError || commanderExitCode(error) !== undefined;
}

/** Known by its shape, so that this package need not depend on commander. */
function commanderExitCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("exitCode" in error)) return undefined;
  const { code, exitCode } = error;
  if (typeof code !== "string" || !code.startsWith("commander.")) return undefined;
  return typeof exitCode === "number" ? exitCode : undefined;
}
