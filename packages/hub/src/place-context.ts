import { MODEL_ALIASES } from "./aliases.ts";
import type { PlaceContext, ResolveOptions } from "./events.ts";
import { DEFAULT_TIMEOUTS } from "./http.ts";

/** Fills in the defaults. */
export function placeContext(options: ResolveOptions): PlaceContext {
  const { settings, signal } = options;
  return {
    settings,
    signal,
    fetch: options.fetch ?? globalThis.fetch,
    python: options.python ?? (process.platform === "win32" ? ["py", "-3"] : ["python3"]),
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    aliases: options.aliases ?? MODEL_ALIASES,
  };
}
