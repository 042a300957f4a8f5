import { describe, expect, it } from "vitest";
import {
  AccessDeniedError,
  HttpStatusError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
} from "../src/http-errors.ts";
import { retryAfterSeconds } from "../src/retry-after.ts";
import {
  DEFAULT_RETRY,
  retrying,
  retryWait,
  waitSeconds,
  type Retry,
  type RetryPolicy,
} from "../src/retry.ts";

const URL = "http://127.0.0.1/x";
const AT_ONCE: RetryPolicy = { attempts: 3, firstWait: 0, longestWait: 600 };
const NETWORK = new NetworkError("127.0.0.1", "the connection was reset");

function status(code: number, asked?: number): HttpStatusError {
  return new HttpStatusError(URL, code, "", "http-status", { retryAfterSeconds: asked });
}

describe("the wait before the next attempt", () => {
  it("doubles, is up to half as long by chance, and ends with the attempts", () => {
    const waits = (random: number): (number | undefined)[] =>
      [1, 2, 3, 4, 5, 6].map((attempt) => retryWait(NETWORK, attempt, DEFAULT_RETRY, () => random));
    expect(waits(0)).toEqual([1, 2, 4, 8, undefined, undefined]);
    expect(waits(1)).toEqual([0.5, 1, 2, 4, undefined, undefined]);
  });

  it("does not grow for ever", () => {
    const policy = { attempts: 1000, firstWait: 1, longestWait: 600 };
    expect(retryWait(NETWORK, 999, policy, () => 0)).toBe(60);
    expect(retryWait(NETWORK, 999, { ...policy, longestWait: 5 }, () => 0)).toBe(5);
  });

  it.each([408, 425, 500, 502, 503, 504])("is waited after HTTP %d", (code) => {
    expect(retryWait(status(code), 1, DEFAULT_RETRY, () => 0)).toBe(1);
  });

  it("is what the server asks for, and a little more", () => {
    for (const error of [new RateLimitedError(URL, 55), status(503, 55)]) {
      expect(retryWait(error, 1, DEFAULT_RETRY, () => 0)).toBe(55);
      const more = retryWait(error, 1, DEFAULT_RETRY, () => 0.99);
      expect(more).toBeGreaterThan(55);
      expect(more).toBeLessThan(57);
    }
    expect(retryWait(new RateLimitedError(URL, undefined), 2, DEFAULT_RETRY, () => 0)).toBe(2);
    expect(retryWait(new RateLimitedError(URL, 0), 2, DEFAULT_RETRY, () => 0)).toBe(2);
  });

  it("is not waited when the server asks for too much", () => {
    expect(retryWait(new RateLimitedError(URL, 600), 1, DEFAULT_RETRY, () => 0)).toBe(600);
    expect(retryWait(new RateLimitedError(URL, 601), 1, DEFAULT_RETRY)).toBeUndefined();
  });

  it.each([
    new AccessDeniedError(URL, 401, ""),
    new NotFoundError(URL, 404, ""),
    status(400),
    status(416),
    status(501),
    new Error("a defect"),
    "no error at all",
  ])("is not waited where asking again will not help: %s", (error) => {
    expect(retryWait(error, 1, DEFAULT_RETRY)).toBeUndefined();
  });
});

describe("work that is retried", () => {
  it("is done again until it succeeds, and each failure told", async () => {
    const seen: Retry[] = [];
    let calls = 0;
    const work = async (): Promise<string> => {
      if (++calls < 3) throw NETWORK;
      return "done";
    };
    const onRetry = (retry: Retry): void => void seen.push(retry);
    expect(await retrying(work, { policy: AT_ONCE, signal: undefined, onRetry })).toBe("done");
    expect(seen).toEqual([
      { error: NETWORK, attempt: 1, wait: 0 },
      { error: NETWORK, attempt: 2, wait: 0 },
    ]);
  });

  it("fails with the last error, or at once with one that stays", async () => {
    let calls = 0;
    const failing = (error: Error) => (): Promise<never> => {
      calls += 1;
      return Promise.reject(error);
    };
    const options = { policy: AT_ONCE, signal: undefined };
    await expect(retrying(failing(NETWORK), options)).rejects.toBe(NETWORK);
    expect(calls).toBe(3);
    const gone = new NotFoundError(URL, 404, "");
    await expect(retrying(failing(gone), options)).rejects.toBe(gone);
    expect(calls).toBe(4);
  });

  it("ends with the signal's reason, before it, in it and while it waits", async () => {
    const policy = { attempts: 5, firstWait: 1000, longestWait: 1000 };
    const reason = new NetworkError("127.0.0.1", "enough"); // even one that looks transient
    const aborted = AbortSignal.abort(reason);
    const neverDone = (): Promise<never> => Promise.reject(new Error("was called"));
    await expect(retrying(neverDone, { policy, signal: aborted })).rejects.toBe(reason);
    for (const when of ["in work", "in wait"]) {
      const controller = new AbortController();
      const stop = (): void => controller.abort(reason);
      const work = (): Promise<never> => {
        if (when === "in work") stop();
        return Promise.reject(NETWORK);
      };
      const onRetry = (): unknown => setImmediate(stop);
      const running = retrying(work, { policy, signal: controller.signal, onRetry });
      await expect(running).rejects.toBe(reason);
    }
  });
});

describe("waiting", () => {
  it("longer than a timer can is no short wait", async () => {
    const controller = new AbortController();
    const waiting = waitSeconds(1e9, controller.signal);
    setTimeout(() => controller.abort("enough"), 20);
    await expect(waiting).rejects.toBe("enough");
  });
});

describe("what a server asks for", () => {
  it.each([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": " 120 " }, 120],
    [{ ratelimit: '"api";r=0;t=55', "retry-after": "7" }, 55],
    [{ ratelimit: '"api";r=12;t=55', "retry-after": "7" }, 7],
    [{ ratelimit: '"api";r=10;t=55' }, undefined],
    [{ ratelimit: '"pages";r=90;t=299, "api";r=0;t=12' }, 12],
    [{ ratelimit: '"api"; r=0; t=12, "resolvers"; r=0; t=30' }, 30],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
    [
      {
        date: "Tue, 24 Nov 2026 10:00:00 GMT",
        "retry-after": "Tue, 24 Nov 2026 10:01:30 GMT",
      },
      90,
    ],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
  ])("by %j is %s seconds", (headers, seconds) => {
    expect(retryAfterSeconds(new Headers(headers as Record<string, string>))).toBe(seconds);
  });

  it("as a date without a clock beside it is held against ours", () => {
    const then = new Date(Date.now() + 3_600_000).toUTCString();
    const seconds = retryAfterSeconds(new Headers({ "retry-after": then }));
    expect(seconds).toBeGreaterThan(3000);
    expect(seconds).toBeLessThanOrEqual(3600);
  });
});
