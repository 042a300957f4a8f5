import type { Progress } from "./progress.ts";

/** What fetching a model tells; @ggufkit/hub's events have this shape, others pass silently. */
export type TransferEvent =
  | { type: "place"; place: string }
  | { type: "chosen"; file: string; reason: string }
  | { type: "progress"; file: string; done: number; total?: number }
  | { type: "verified"; file: string }
  | { type: "place-failed"; place: string; error: Error }
  | { type: "started" | "verifying" | "cached" };

/** Shows one event of a transfer: bytes as a bar, the rest as lines above it. */
export function showTransfer(event: TransferEvent, shown: Progress): void {
  switch (event.type) {
    case "place":
      shown.note(`fetching ${event.place}`);
      break;
    case "chosen":
      shown.note(`${event.file}: ${event.reason}`);
      break;
    case "progress": {
      const { file: label, done, total } = event;
      shown.update({ label, done, total, unit: "bytes" });
      break;
    }
    case "verified":
      shown.note(`${event.file}: sha256 verified`);
      break;
    case "place-failed":
      shown.note(`not from ${event.place}: ${event.error.message}`);
      break;
    default: // these say nothing that a reader waits for
  }
}

/** Runs work that yields events to its end, shows each of them, and returns the work's result. */
export async function follow<Event, Result>(
  work: AsyncGenerator<Event, Result>,
  show: (event: Event) => void,
): Promise<Result> {
  for (;;) {
    const { done, value } = await work.next();
    if (done === true) return value;
    show(value);
  }
}
