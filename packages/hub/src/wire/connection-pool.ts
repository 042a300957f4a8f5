import { proxyFor, type ProxySettings } from "../proxy.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";

/** Keeps connections for the next request to their origin. */
export interface ConnectionPool {
  /** One that is idle, else a new one. @throws NetworkError; the signal's reason when aborted */
  take: (url: URL, signal: AbortSignal) => Promise<Connection>;
  /** Gives one back whose answer was read to its end. */
  give: (connection: Connection) => void;
  close: () => void;
}

/** A pool that goes through the proxies of the settings. */
export function connectionPool(
  proxies: ProxySettings,
  options: Omit<ConnectionOptions, "proxy">,
): ConnectionPool {
  const idle: Connection[] = [];
  return {
    async take(url, signal) {
      for (let at = idle.length - 1; at >= 0; at--) {
        if (idle[at]?.isOpen === false) idle.splice(at, 1);
      }
      const at = idle.findIndex(({ origin }) => origin === url.origin);
      const [found] = at < 0 ? [] : idle.splice(at, 1);
      return found ?? Connection.open(url, { ...options, proxy: proxyFor(url, proxies) }, signal);
    },
    give(connection) {
      if (connection.isOpen) idle.push(connection);
      else connection.destroy(new Error("the server closes it"));
    },
    close() {
      for (const connection of idle.splice(0)) connection.destroy(new Error("the pool was closed"));
    },
  };
}
