import { setTimeout } from "node:timers/promises";
import { HubError } from "./errors.ts";
import { HttpStatusError, NetworkError } from "./http-errors.ts";

/** How often a request is made, and how long is waited in between. */
export interface RetryPolicy {
  /** In all, the first one too. */
  attempts: number;
  /** Seconds after the first failure; doubles with every further one. */
  firstWait: number;
  /** Seconds. A server that asks for more is not waited for: its error is thrown. */
  longestWait: number;
}

/** A request that failed and is made again after `wait` seconds. */
export interface Retry {
  error: HubError;
  /** Which one failed, counted from 1. */
  attempt: number;
  wait: number;
}

/**
 * Five attempts outlast a restart of a server or a change of networks (1, 2, 4 and 8 s) and still
 * tell a user soon that there is no network. The Hub counts requests in windows of five minutes: ten
 * are more than it asks for.
 */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, firstWait: 1, longestWait: 600 };

// Longer than this between two attempts serves nobody, however many attempts there are.
const LONGEST_BACKOFF = 60;
// So that those who were told the same time do not come back at the same moment.
const ASKED_JITTER = 1;
// A timer's delay is a signed 32-bit number of milliseconds; with more it fires at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Statuses that say nothing about the next request. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * How many seconds to wait after failed attempt number `attempt` (from 1); undefined where asking
 * again will not help, the attempts are used up, or the server asks for more than the policy allows.
 * What a server asks for is the least that is waited. `random` gives numbers in [0, 1).
 */
export function retryWait(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (!isTransient(error) || attempt >= policy.attempts) return undefined;
  const longest = Math.min(policy.longestWait, LONGEST_BACKOFF);
  const backoff = Math.min(policy.firstWait * 2 ** (attempt - 1), longest);
  const jittered = backoff * (1 - random() / 2);
  const asked = error instanceof HttpStatusError ? error.retryAfterSeconds : undefined;
  if (asked === undefined) return jittered;
  if (asked > policy.longestWait) return undefined;
  return Math.max(asked + random() * ASKED_JITTER, jittered);
}

/** Waits. @throws the signal's reason as soon as it is aborted. */
export async function waitSeconds(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  const delay = Math.min(seconds * 1000, LONGEST_TIMER_MS);
  try {
    await setTimeout(delay, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted(); // the timer's own error only wraps the reason up
    throw error;
  }
}

/**
 * Does `work`, and does it again while {@link retryWait} says that this may help.
 * @throws what the last attempt threw; the signal's reason when aborted.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  options: {
    policy: RetryPolicy;
    signal: AbortSignal | undefined;
    onRetry?: ((retry: Retry) => void) | undefined;
  },
): Promise<T> {
  const { policy, signal, onRetry } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const wait = retryWait(error, attempt, policy);
      if (wait === undefined || !(error instanceof HubError)) throw error;
      onRetry?.({ error, attempt, wait });
      await waitSeconds(wait, signal);
    }
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof HttpStatusError) return TRANSIENT.has(error.status);
  return error instanceof NetworkError;
}
