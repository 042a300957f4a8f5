import type { HubEvent } from "./events.ts";
import type { Retry } from "./retry.ts";
import { eventQueue } from "./transfer/event-queue.ts";

/** Tells of a request for a file that failed and is made again. */
export function retriedEvent(file: string, { error, attempt, wait }: Retry): HubEvent {
  return { type: "retried", file, reason: error.message, attempt, wait };
}

/**
 * Does work that may ask again and wait, and tells of that under `file`: a wait that nobody tells of
 * looks like a hang.
 */
export async function* tellingRetries<Result>(
  file: string,
  work: (onRetry: (retry: Retry) => void) => Promise<Result>,
): AsyncGenerator<HubEvent, Result> {
  const queue = eventQueue<HubEvent>();
  const working = work((retry) => queue.push(retriedEvent(file, retry))).finally(queue.end);
  working.catch(() => {}); // awaited below
  yield* queue.events();
  return await working;
}
