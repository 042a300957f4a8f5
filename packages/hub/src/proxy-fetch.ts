import type { Dispatcher } from "undici";
import type { Fetch } from "./http.ts";
import { proxyFor, type ProxySettings } from "./proxy.ts";

/** The global fetch; where there are proxies, one that goes through them, which Node's does not. */
export function proxyFetch(proxies: ProxySettings): Fetch {
  if (proxies.http === undefined && proxies.https === undefined) return globalThis.fetch;
  const dispatchers = new Map<string, Dispatcher>();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = proxyFor(url, proxies);
    if (proxy === undefined) return globalThis.fetch(input, init);
    // Few have proxies, and loading this takes a while.
    const { fetch, ProxyAgent } = await import("undici");
    const dispatcher = dispatchers.get(proxy.href) ?? new ProxyAgent({ uri: proxy.href });
    dispatchers.set(proxy.href, dispatcher);
    // The same interfaces, once from the package and once from Node's types.
    const proxied = fetch as unknown as (url: URL, init: object) => Promise<Response>;
    return proxied(url, { ...init, dispatcher });
  };
}
