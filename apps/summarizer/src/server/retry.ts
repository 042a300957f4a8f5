import { onAbort } from "./server-abort.ts";

/** How often work is tried, and how long is waited in between, in seconds. */
export interface RetryPolicy {
  /** In all, the first one too. */
  readonly attempts: number;
  /** After the first failure; doubles with every further one. */
  readonly firstWait: number;
  /** Between two attempts. Whoever asks for more is not waited for: the error is thrown. */
  readonly longestWait: number;
  /** From the first attempt to the last: nothing is begun or waited for beyond. */
  readonly total: number;
}

/** What a failure says about the next attempt. */
export interface Failure {
  /** `starting`: the other side is not ready yet; such attempts are not counted, the time is. */
  readonly again: "no" | "yes" | "starting";
  /** What the other side asks to be left alone for, in seconds. */
  readonly askedSeconds?: number | undefined;
}

/** Between two looks at something that is starting. */
const STARTING_WAIT = 2;

/**
 * How many seconds to wait after failed attempt number `attempt` (from 1); undefined where trying
 * again will not help or is not allowed. `random` gives numbers in [0, 1): it shortens a wait of
 * ours by up to half, and lengthens one that was asked for, so that many callers don't come back at
 * once.
 */
export function retryWait(
  attempt: number,
  { again, askedSeconds }: Failure,
  { attempts, firstWait, longestWait }: RetryPolicy,
  random: () => number,
): number | undefined {
  if (again === "no" || (again === "yes" && attempt >= attempts)) return undefined;
  const doubled = Math.min(firstWait * 2 ** (attempt - 1), longestWait);
  const own = again === "starting" ? Math.min(doubled, STARTING_WAIT) : doubled;
  const jittered = own * (1 - random() / 2);
  if (askedSeconds === undefined) return jittered;
  if (askedSeconds > longestWait) return undefined;
  return Math.max(jittered, askedSeconds * (1 + random() / 10));
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** What an error of `work` says about trying again. */
  readonly judge: (error: unknown) => Failure;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Told before each wait, in seconds. */
  readonly onRetry?: ((error: unknown, wait: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does `work`, and does it again while this may help and the policy allows.
 *
 * @throws what the last attempt threw; the signal's reason as soon as it is aborted
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, judge, random, onRetry, signal } = options;
  const end = performance.now() + policy.total * 1000;
  let counted = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const failure = judge(error);
      if (failure.again !== "starting") counted += 1;
      const wait = retryWait(Math.max(counted, 1), failure, policy, random);
      if (wait === undefined || performance.now() + wait * 1000 > end) throw error;
      onRetry?.(error, wait);
      await waitSeconds(wait, signal);
    }
  }
}

/**
 * Waits.
 *
 * @throws the signal's reason as soon as it is aborted
 */
async function waitSeconds(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, seconds * 1000);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    });
  });
}

/** Numbers in [0, 1), the same for the same seed: a linear congruential generator will do for waits. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
