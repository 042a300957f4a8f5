import { formatDuration, writeOut } from "@ggufkit/terminal";
import { progress } from "@ggufkit/terminal/progress";
import { type BatchEvent, type BatchResult, tellOf } from "./batch.ts";
import { renderBatchCounts, renderBatchTable } from "./batch-table.ts";

/** How a batch tells of itself. */
export interface BatchOutput {
  show(event: BatchEvent): void | Promise<void>;
  /** A request is made again, after so many seconds. */
  retry(reason: string, wait: number): void;
  result(result: BatchResult): Promise<void>;
  /** The work ends without a result. */
  failure(reason: unknown): Promise<void>;
  /** Ends what is shown live; may be called more than once. */
  end(): void;
}

/** A bar on stderr and the table on stdout. */
export function tableOutput(
  env: Readonly<Record<string, string | undefined>>,
  total: number,
): BatchOutput {
  const shown = progress({ env });
  const start = performance.now();
  let ended = 0;
  let lastReason = "";
  return {
    show(event) {
      if (event.type === "failed") shown.note(`${event.name}: ${event.error?.message ?? ""}`);
      if (event.type === "started" || event.type === "writing") return;
      ended += 1;
      shown.update({ label: "pages", done: ended, total, unit: "items" });
    },
    retry(reason) {
      // A server that loads its model says so every two seconds.
      if (reason !== lastReason) shown.note(`waiting: ${reason}`);
      lastReason = reason;
    },
    async result(result) {
      shown.end();
      const took = formatDuration((performance.now() - start) / 1000);
      process.stderr.write(`${renderBatchCounts(result)} in ${took}\n`);
      await writeOut(renderBatchTable(result));
    },
    failure: async () => {}, // whoever runs the command prints it
    end: () => shown.end(),
  };
}

/** One JSON document a line on stdout. */
export function linesOutput(): BatchOutput {
  return {
    show: (event) => writeOut(`${JSON.stringify(event)}\n`),
    retry: (reason, wait) => {
      const line = JSON.stringify({ type: "retry", reason, wait });
      void writeOut(`${line}\n`).catch(() => undefined); // the next event's own line tells
    },
    result: (result) => writeOut(`${JSON.stringify({ type: "result", ...result })}\n`),
    async failure(reason) {
      const line = JSON.stringify({ type: "error", ...tellOf(reason) });
      // That nobody reads on is no news beside the error itself.
      await writeOut(`${line}\n`).catch(() => undefined);
    },
    end() {},
  };
}
