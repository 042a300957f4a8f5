import { renderPlainLine, shareDone } from "./bar.ts";
import { colours } from "./colours.ts";
import { singleLine } from "./control.ts";
import { canRedraw, liveLines } from "./live-lines.ts";
import { isLineDue, type PrintedLine, printedLine } from "./plain-steps.ts";
import type { ProgressOptions } from "./progress.ts";
import { renderTransfer, summaryBar } from "./transfer-bars.ts";
import type { TransferEvent } from "./transfer-event.ts";
import { transferNote } from "./transfer-notes.ts";
import { foldTransfer, NO_TRANSFER, type TransferState } from "./transfer-state.ts";

/** A log of a transfer that takes hours shall show life, and no more. */
const PLAIN_SILENCE_MS = 60_000;

/** Shows how far the files of a model have come. */
export type TransferDisplay = {
  show: (event: TransferEvent) => void;
  /** A line that stays; control characters are removed. */
  note: (line: string) => void;
  /** Takes the bars away and gives the cursor back; may be called more than once. */
  end: () => void;
};

/** How a kind of output takes what there is to show. */
type Output = {
  update: (state: TransferState, note?: string) => void;
  note: (line: string) => void;
  end: () => void;
};

/**
 * On a terminal a bar on stderr for each file that is under way and one for all together; elsewhere
 * a plain line at each tenth of the whole. What a reader should know stands above, in lines that stay.
 */
export function transferDisplay(options: ProgressOptions): TransferDisplay {
  const { env, stream = process.stderr, now = () => performance.now() } = options;
  const isLive = canRedraw(stream, env);
  const output = isLive ? liveOutput({ env, stream, now }) : plainOutput({ stream, now });
  let state = NO_TRANSFER;
  return {
    show(event) {
      const note = transferNote(event, state, now());
      state = foldTransfer(state, event, now());
      output.update(state, note);
    },
    note: (line) => output.note(line),
    end: () => output.end(),
  };
}

function liveOutput({ env, stream, now }: Required<ProgressOptions>): Output {
  const colour = colours({ stream, env });
  let state = NO_TRANSFER;
  const lines = liveLines({
    stream,
    now,
    render: (room) => renderTransfer(state, { ...room, nowMs: now() }, colour),
  });
  return {
    update(next, note) {
      state = next;
      if (note !== undefined) lines.note(note);
      lines.changed();
    },
    note: (line) => lines.note(line),
    end: () => lines.end(),
  };
}

function plainOutput({ stream, now }: Omit<Required<ProgressOptions>, "env">): Output {
  let printed: PrintedLine | undefined;
  const print = (line: string): void => void stream.write(`${singleLine(line)}\n`);
  return {
    update(state, note) {
      if (note !== undefined) print(note);
      const nowMs = now();
      const bar = summaryBar(state, nowMs);
      // A note has told of the start, and others tell of the end.
      if (bar === undefined || printed === undefined) printed = bar && printedLine(bar, nowMs);
      else if (isLineDue(printed, bar, { nowMs, silenceMs: PLAIN_SILENCE_MS })) {
        printed = printedLine(bar, nowMs);
        if (shareDone(bar) !== 1) print(renderPlainLine(bar));
      }
    },
    note: print,
    end() {},
  };
}
