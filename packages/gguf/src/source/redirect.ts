import { HttpError } from "./http-error.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
// The Hub needs one or two; a loop must end.
const MOST_REDIRECTS = 8;
// What says nothing about whom a request is from, and Authorization, which `fetch` itself leaves
// out where a redirect leads to another origin.
const HARMLESS: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "authorization",
  "range",
  "user-agent",
]);

/**
 * Fetches a range. Redirects are followed as `fetch` does, unless there are headers that it would
 * take to another origin: then by hand, and another origin gets the range alone.
 *
 * @throws {HttpError} `redirect-refused`
 */
export async function fetchGuarded(
  url: string,
  headers: Headers,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Response> {
  if ([...headers.keys()].every((name) => HARMLESS.has(name)))
    return fetch(url, { headers, signal });
  const range = headers.get("range") ?? "";
  let at = new URL(url);
  let sent: Headers | { range: string } = headers;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await fetch(at.href, { headers: sent, redirect: "manual", signal });
    const next = redirectOf(url, response, at);
    if (next === undefined) return response;
    await response.body?.cancel();
    // For good: another origin could send back to the first one, to have its secret used there.
    if (next.origin !== at.origin) sent = { range };
    at = next;
  }
  throw new HttpError("redirect-refused", url, `more than ${MOST_REDIRECTS} redirects`);
}

function redirectOf(url: string, response: Response, at: URL): URL | undefined {
  const { status, headers, type } = response;
  // As a browser shows it: without telling where to.
  if (type === "opaqueredirect") {
    const reason =
      "the server redirects, and a browser would take the headers given along: name the target";
    throw new HttpError("redirect-refused", url, reason);
  }
  const location = headers.get("location");
  if (!REDIRECTS.has(status) || location === null) return undefined;
  const next = URL.canParse(location, at.href) ? new URL(location, at.href) : undefined;
  if (next && /^https?:$/.test(next.protocol)) return next;
  const reason = "the server redirects to no https: or http: URL";
  throw new HttpError("redirect-refused", url, reason, { status });
}
