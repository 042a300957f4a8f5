// `"api";r=0;t=55`: nothing remains of the quota, and it is whole again in 55 seconds. Where some
// remains, `t` is no reason to wait.
const EXHAUSTED = /;\s*r=0\s*;\s*t=(\d+)/g;

/**
 * For how many seconds a server asks to be left alone; undefined when it does not say. `RateLimit`
 * is exact; `Retry-After` gives seconds, or a date, which is held against the server's own clock.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const quotas = [...(headers.get("ratelimit") ?? "").matchAll(EXHAUSTED)];
  if (quotas.length > 0) return Math.max(...quotas.map(([, seconds]) => Number(seconds)));
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const then = Date.parse(text);
  if (Number.isNaN(then)) return undefined;
  const now = Date.parse(headers.get("date") ?? "");
  return Math.max(0, Math.ceil((then - (Number.isNaN(now) ? Date.now() : now)) / 1000));
}
