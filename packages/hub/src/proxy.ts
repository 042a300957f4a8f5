import { SettingsError } from "./errors.ts";

/** Which proxies requests go through, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say. */
export interface ProxySettings {
  /** For `http:` addresses; an `http:` or `https:` URL, with user name and password if it wants them. */
  http?: string;
  /** For `https:` addresses. */
  https?: string;
  /** Hosts that are reached directly: names, `.domain`, addresses, each with a port if need be; `*`. */
  noProxy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxies of an environment. The small letters win, as in curl; `HTTP_PROXY` in capitals counts
 * too, `ALL_PROXY` where a scheme has none of its own.
 * @throws SettingsError where one is no URL of a proxy that we speak to
 */
export function proxySettings(env: Environment): ProxySettings {
  const all = read(env, "all_proxy");
  const http = read(env, "http_proxy") ?? all;
  const https = read(env, "https_proxy") ?? all;
  const noProxy = value(env, "no_proxy")?.value;
  return {
    ...(http !== undefined && { http }),
    ...(https !== undefined && { https }),
    ...(noProxy !== undefined && { noProxy }),
  };
}

/** The proxy for an address, undefined where it is reached directly. */
export function proxyFor(url: URL, proxies: ProxySettings): URL | undefined {
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  if (proxy === undefined || isExempt(url, proxies.noProxy ?? "")) return undefined;
  return new URL(proxy);
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^\[(.*)\]/, "$1")) ?? [];
    // An IPv6 address has colons of its own.
    const isAddress = entry.split(":").length > 2;
    const wanted = bare(isAddress ? entry : name).replace(/^\*?\./, "");
    if (wanted === "" || (!isAddress && only !== undefined && only !== port)) return false;
    return host === wanted || host.endsWith(`.${wanted}`);
  });
}

function bare(host: string): string {
  return host.toLowerCase().replaceAll(/^\[|\]$/g, "");
}

function value(env: Environment, name: string): { name: string; value: string } | undefined {
  for (const key of [name, name.toUpperCase()]) {
    const text = env[key]?.trim();
    if (text) return { name: key, value: text };
  }
  return undefined;
}

function read(env: Environment, variable: string): string | undefined {
  const found = value(env, variable);
  if (found === undefined) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(found.value) ? found.value : `http://${found.value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // Not repeated: there may be a password in it.
    throw new SettingsError(found.name, "must be the http: or https: URL of a proxy");
  }
  return text;
}
