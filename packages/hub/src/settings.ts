import { readFile } from "node:fs/promises";
import { posix, win32 } from "node:path";
import { SettingsError } from "./errors.ts";
import { proxySettings, type ProxySettings } from "./proxy.ts";
import { isLoopbackHost } from "./reference.ts";

/** What the settings are worked out from; an app hands in `process.env` and friends. */
export interface HubSettingsInput {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  homedir: string;
}

/** Where to ask, who is asking, and where files are kept. */
export interface HubSettings {
  /** The Hub or a mirror of it, without a slash at the end. */
  endpoint: string;
  token?: string;
  /** Where {@link readHubSettings} looks for a token that the environment does not hold. */
  tokenPath: string;
  /** No request may be made: `HF_HUB_OFFLINE`. */
  offline: boolean;
  /** The cache that every Hugging Face tool shares. */
  hubCacheDir: string;
  /** ggufkit's own cache: URLs, wheels, records of verified files. */
  cacheDir: string;
  /** Which proxies requests go through: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`. */
  proxies: ProxySettings;
  /** What pip is started with: the user's environment without the Hub's token. */
  pipEnv: Readonly<Record<string, string>>;
}

const HUB_ENDPOINT = "https://huggingface.co";
const TOKEN_VARIABLES = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] as const;

/**
 * The settings that every Hugging Face tool takes from the environment, and ggufkit's own
 * `GGUFKIT_CACHE`. Pure: reads nothing but its input.
 * @throws SettingsError when `HF_ENDPOINT` or a proxy cannot be used.
 */
export function hubSettings({ env, platform, homedir }: HubSettingsInput): HubSettings {
  const paths = platform === "win32" ? win32 : posix;
  const join = (...parts: string[]): string => paths.join(...parts);
  const get = (name: string): string | undefined => expandHome(env[name], homedir, join);
  const genericCache = get("XDG_CACHE_HOME") ?? join(homedir, ".cache");
  const hfHome = get("HF_HOME") ?? join(genericCache, "huggingface");
  const token = TOKEN_VARIABLES.map((name) => env[name]?.trim()).find(Boolean);
  return {
    endpoint: parseEndpoint(env["HF_ENDPOINT"]),
    ...(token !== undefined && { token }),
    tokenPath: get("HF_TOKEN_PATH") ?? join(hfHome, "token"),
    offline: /^(?:1|on|yes|true)$/i.test(env["HF_HUB_OFFLINE"] ?? ""),
    hubCacheDir: get("HF_HUB_CACHE") ?? get("HUGGINGFACE_HUB_CACHE") ?? join(hfHome, "hub"),
    cacheDir: get("GGUFKIT_CACHE") ?? ownCacheDir(env, platform, homedir, genericCache),
    proxies: proxySettings(env),
    pipEnv: withoutToken(env),
  };
}

/** {@link hubSettings}, with the token that a login left on disk when the environment has none. */
export async function readHubSettings(input: HubSettingsInput): Promise<HubSettings> {
  const settings = hubSettings(input);
  if (settings.token !== undefined) return settings;
  const text = await readFile(settings.tokenPath, "utf8").catch(() => "");
  return text.trim() === "" ? settings : { ...settings, token: text.trim() };
}

function ownCacheDir(
  env: HubSettingsInput["env"],
  platform: NodeJS.Platform,
  homedir: string,
  genericCache: string,
): string {
  if (platform === "win32") {
    const local = env["LOCALAPPDATA"] || win32.join(homedir, "AppData", "Local");
    return win32.join(local, "ggufkit", "Cache");
  }
  if (platform === "darwin") return posix.join(homedir, "Library", "Caches", "ggufkit");
  return posix.join(genericCache, "ggufkit");
}

function parseEndpoint(text: string | undefined): string {
  if (!text) return HUB_ENDPOINT;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError("HF_ENDPOINT", "must be an https: URL");
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    // The listing is what files are verified against, and the token travels along.
    throw new SettingsError("HF_ENDPOINT", "may be http: on this machine alone, use https:");
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function expandHome(
  value: string | undefined,
  homedir: string,
  join: (...parts: string[]) => string,
): string | undefined {
  if (!value) return undefined;
  return /^~(?:[/\\]|$)/.test(value) ? join(homedir, value.slice(1)) : value;
}

function withoutToken(env: HubSettingsInput["env"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isToken = TOKEN_VARIABLES.some((token) => token === name);
    if (value !== undefined && !isToken) kept[name] = value;
  }
  return kept;
}
