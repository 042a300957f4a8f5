import { BlockList, isIP } from "node:net";
import { SettingsError } from "./errors.ts";

/** Which proxies requests go through, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say. */
export interface ProxySettings {
  /** For `http:` addresses; an `http:` or `https:` URL, with user name and password if it wants them. */
  http?: string;
  /** For `https:` addresses. */
  https?: string;
  /**
   * Hosts that are reached directly: names, each with all that end in it; addresses and networks
   * (`10.0.0.0/8`); any of them with a port if need be; `*`.
   */
  noProxy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxies of an environment. The small letters win, as in curl; `HTTP_PROXY` in capitals counts
 * too, `ALL_PROXY` where a scheme has none of its own.
 * @throws SettingsError where one is no URL of a proxy that we speak to
 */
export function proxySettings(env: Environment): ProxySettings {
  // One that is not needed may be of a kind that we do not speak to.
  const http = read(env, "http_proxy") ?? read(env, "all_proxy");
  const https = read(env, "https_proxy") ?? read(env, "all_proxy");
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

function isExempt({ protocol, hostname, port }: URL, noProxy: string): boolean {
  const host = bare(hostname);
  const hostPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const { name, only } = parseEntry(entry);
    if (name === "" || (only !== undefined && only !== hostPort)) return false;
    if (isIP(host) !== 0) return isInNetwork(host, name);
    return host === name || host.endsWith(`.${name}`);
  });
}

/** What an entry of `NO_PROXY` names, and the port if it is for one alone. */
function parseEntry(entry: string): { name: string; only: string | undefined } {
  // An IPv6 address has colons of its own.
  const isAddress = !entry.startsWith("[") && entry.split(":").length > 2;
  if (isAddress) return { name: entry, only: undefined };
  const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bare(name).replace(/^\*?\./, ""), only };
}

/** Whether an address is another one, written in whatever way, or in its network (`/` and bits). */
function isInNetwork(address: string, network: string): boolean {
  const [, base = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  const length = Number(bits ?? longest);
  if (isIP(base) !== version || length > longest) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(base, length, family);
  return list.check(address, family);
}

/** A host without the brackets of an address and the dot at the end of a full name. */
function bare(host: string): string {
  return host.toLowerCase().replaceAll(/^\[|\]$|\.$/g, "");
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
