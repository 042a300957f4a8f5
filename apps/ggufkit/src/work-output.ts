import { ClosedOutputError, singleLine, writeOut } from "@ggufkit/terminal";

import { eventLines, failureLine, resultLine, type ToldEvent } from "./event-lines.ts";
import type { CommandContext } from "./program.ts";

/** How work that takes a while tells of itself. */
export interface WorkOutput<Event, Result> {
  show(event: Event): void | Promise<void>;
  /** A line for people, of what programs find in the events. */
  hint(line: string): void;
  result(result: Result): Promise<void>;
  failure(reason: unknown): Promise<void>;
  /** The last line on stderr, whatever goes to stdout; ends what is shown live. */
  end(note?: string): void;
}

/**
 * Does work and tells of its end: the result, or the failure that is thrown on. `noteOn` says what
 * else there is to tell of a failure.
 */
export async function tellWork<Event, Result>(
  output: WorkOutput<Event, Result>,
  work: () => Promise<Result>,
  noteOn: (error: unknown) => string | undefined = () => undefined,
): Promise<void> {
  try {
    const result = await work();
    output.end();
    await output.result(result);
  } catch (error) {
    output.end(noteOn(error));
    if (!(error instanceof ClosedOutputError)) await output.failure(error);
    throw error;
  }
}

/** One JSON document a line on stdout: the events, then the result or the error. */
export function jsonOutput<Event extends ToldEvent, Result extends object>({
  signal,
}: CommandContext): WorkOutput<Event, Result> {
  const lineOf = eventLines(() => performance.now());
  return {
    async show(event) {
      const line = lineOf(event);
      if (line !== "") await writeOut(line);
    },
    hint() {},
    async result(result) {
      await writeOut(resultLine(result));
    },
    async failure(reason) {
      // That nobody reads on is no news beside the error itself.
      await writeOut(failureLine(reason, signal.aborted)).catch(() => undefined);
    },
    end(note) {
      if (note !== undefined) process.stderr.write(`${singleLine(note)}\n`);
    },
  };
}
