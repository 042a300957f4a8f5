import type { Progress } from "@ggufkit/terminal/progress";

import type { CommandContext } from "./program.ts";

/** A bar of bytes that shows up only where work turns out to be long. */
export interface LateBar {
  update(done: number, total: number): void;
  end(): void;
}

/** Work that takes less, or will be done in less, is over before anybody has read a bar. */
const WORTH_SHOWING_MS = 1000;

/** A bar on stderr. Nothing of it is loaded before it shows: that costs as much as short work. */
export function lateBar(label: string, { env }: CommandContext): LateBar {
  const startedAt = performance.now();
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
      bar?.update({ label, done, total, unit: "bytes" });
      if (!isLoading && isLong(performance.now() - startedAt, done, total)) void load();
    },
    end() {
      hasEnded = true;
      bar?.end();
    },
  };
}

function isLong(elapsedMs: number, done: number, total: number): boolean {
  const leftMs = done > 0 ? (elapsedMs * (total - done)) / done : Infinity;
  return elapsedMs >= WORTH_SHOWING_MS && leftMs >= WORTH_SHOWING_MS;
}
