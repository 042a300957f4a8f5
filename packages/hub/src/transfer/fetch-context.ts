import type { HubEvent } from "../events.ts";
import type { RequestContext } from "../http.ts";
import type { RetryPolicy } from "../retry.ts";
import type { ConnectionPool } from "../wire/connection-pool.ts";
import type { RateLimit } from "./rate-limit.ts";

/** What all fetching of one transfer shares. */
export interface FetchContext {
  /** For what is not a range of a big file: addresses, small files. */
  request: RequestContext;
  pool: ConnectionPool;
  limit: RateLimit;
  retry: RetryPolicy;
  push: (event: HubEvent) => void;
  /** When a server that asked to be left alone may be asked again, by origin, as `Date.now()`. */
  pauses: Map<string, number>;
}
