import { singleLine } from "@ggufkit/terminal";
import type { Progress } from "@ggufkit/terminal/progress";

import type { CommandContext } from "./program.ts";

/** A bar of bytes that shows up only where work turns out to be long. */
export interface LateBar {
  update(done: number, total: number): void;
  /** A line that stays, above the bar where there is one. */
  note(line: string): void;
  end(): void;
}

/** Work that takes less, or will be done in less, is over before anybody has read a bar. */
const WORTH_SHOWING_MS = 1000;

/** A bar on stderr. Nothing of it is loaded before it shows: that costs as much as short work. */
export function lateBar(label: string, { env }: CommandContext): LateBar {
  const startedAt = performance.now();
  /** What an earlier run has done says nothing of this one's pace. */
  let base: number | undefined;
  let bar: Progress | undefined;
  let isLoading = false;
  let hasEnded = false;
  const load = async (): Promise<void> => {
    isLoading = true;
    const { progress } = await import("@ggufkit/terminal/progress");
    if (!hasEnded) bar = progress({ env });
  };
  return {
    update(done, total) {
      base ??= done;
      bar?.update({ label, done, total, unit: "bytes" });
      const pace = { elapsedMs: performance.now() - startedAt, done: done - base };
      if (!isLoading && isLong(pace, total - done)) void load();
    },
    note(line) {
      if (bar === undefined) process.stderr.write(`${singleLine(line)}\n`);
      else bar.note(line);
    },
    end() {
      hasEnded = true;
      bar?.end();
    },
  };
}

function isLong({ elapsedMs, done }: { elapsedMs: number; done: number }, left: number): boolean {
  const leftMs = done > 0 ? (elapsedMs * left) / done : Infinity;
  return elapsedMs >= WORTH_SHOWING_MS && leftMs >= WORTH_SHOWING_MS;
}
