import { MODEL_ALIASES } from "./aliases.ts";
import type { PlaceContext, ResolveOptions } from "./events.ts";
import { DEFAULT_TIMEOUTS } from "./http.ts";
import { proxyFetch } from "./proxy-fetch.ts";
import { DEFAULT_RETRY } from "./retry.ts";
import { CHUNK_BYTES, WINDOW_CHUNKS } from "./transfer/chunk-plan.ts";

// Where each connection has a rate of its own, as the Hub's have, eight are eight times as fast.
const DEFAULT_CONNECTIONS = 8;

/** Fills in the defaults. */
export function placeContext(options: ResolveOptions): PlaceContext {
  const { settings, signal, include, exclude, chunks } = options;
  return {
    settings,
    signal,
    fetch: options.fetch ?? proxyFetch(settings.proxies),
    python: options.python ?? (process.platform === "win32" ? ["py", "-3"] : ["python3"]),
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    aliases: options.aliases ?? MODEL_ALIASES,
    out: options.out,
    replace: options.replace ?? false,
    filter: { ...(include && { include }), ...(exclude && { exclude }) },
    join: options.join,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    transfer: {
      connections: options.connections ?? DEFAULT_CONNECTIONS,
      chunkBytes: chunks?.bytes ?? CHUNK_BYTES,
      windowChunks: chunks?.window ?? WINDOW_CHUNKS,
      hashWorker: options.hashWorker,
    },
    limitRate: options.limitRate,
  };
}
