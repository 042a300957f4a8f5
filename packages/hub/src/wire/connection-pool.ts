import { proxyFor, type ProxySettings } from "../proxy.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";

/** Keeps connections for the next request to their origin. */
export interface ConnectionPool {
  /** One that is idle, else a new one. @throws NetworkError; the signal's reason when aborted */
  take: (url: URL, signal: AbortSignal) => Promise<Connection>;
  /** Gives one back whose answer was read to its end. */
  give: (connection: Connection) => void;
  /** Ends all of them, idle or not. */
  close: () => void;
}

/** A pool that goes through the proxies of the settings. */
export function connectionPool(
  proxies: ProxySettings,
  options: Omit<ConnectionOptions, "proxy">,
): ConnectionPool {
  /** All that were opened, and whether each is idle. */
  const connections = new Map<Connection, boolean>();
  const closed = new Error("the pool was closed");
  let isClosed = false;
  return {
    async take(url, signal) {
      for (const [connection, isIdle] of connections) {
        if (connection.hasEnded) connections.delete(connection);
        else if (isIdle && connection.origin === url.origin) {
          connections.set(connection, false);
          return connection;
        }
      }
      const proxy = proxyFor(url, proxies);
      const connection = await Connection.open(url, { ...options, proxy }, signal);
      connections.set(connection, false);
      if (isClosed) connection.destroy(closed);
      return connection;
    },
    give(connection) {
      if (connection.isOpen) connections.set(connection, true);
      else connection.destroy(new Error("the server closes it"));
    },
    close() {
      isClosed = true;
      for (const connection of connections.keys()) connection.destroy(closed);
    },
  };
}
