import { HttpError } from "./http-error.ts";

/** How often and how soon a request is made again. */
export interface RetryOptions {
  /** How many times more a request is made after it failed. */
  readonly retries: number;
  /** Wait before the first of them, in milliseconds; each further wait is twice as long. */
  readonly retryDelay: number;
}

// Together some 8 s, with the delays below: outlasts a restart of a server, not a user's patience.
export const DEFAULT_RETRY: RetryOptions = { retries: 5, retryDelay: 250 };
// A server that asks for a longer wait is told of instead: nobody watches a still bar for that long.
const LONGEST_WAIT_SECONDS = 60;
const TRANSIENT: ReadonlySet<number | undefined> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Waits before a failed request is made for the `attempt`th time again, from 1.
 *
 * @throws the error, where making it again will not help or has not
 */
export async function waitToRetry(
  error: unknown,
  attempt: number,
  options: RetryOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const wait = retryWait(error, attempt, options);
  if (wait === undefined) throw error;
  await sleep(wait, signal);
}

/** How long `waitToRetry` waits, in milliseconds; undefined where it throws. */
export function retryWait(
  error: unknown,
  attempt: number,
  { retries, retryDelay }: RetryOptions,
): number | undefined {
  const isTransient =
    error instanceof HttpError &&
    (error.code === "network-failure" || TRANSIENT.has(error.status)) &&
    (error.retryAfterSeconds ?? 0) <= LONGEST_WAIT_SECONDS;
  if (!isTransient || attempt > retries) return undefined;
  // From half to all of it, so that clients that failed together do not come back together.
  const backoff = retryDelay * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  return Math.max(backoff, (error.retryAfterSeconds ?? 0) * 1000);
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
