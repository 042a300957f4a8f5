import { GgufError } from "../format/gguf-error.ts";

/** Where a file is read from. */
export interface Address {
  /** Without user name and password, which `fetch` does not take there. */
  readonly href: string;
  /** For messages: also without the query, where signatures stand. */
  readonly shown: string;
  /** The user name and password that stood there, as an Authorization header. */
  readonly authorization: string | undefined;
}

/**
 * Takes a URL apart.
 *
 * @throws {GgufError} `bad-url` where it is none, or neither `https:` nor `http:`
 */
export function parseAddress(text: string | URL): Address {
  // It is not repeated: there may be a password in what is none.
  if (!URL.canParse(String(text))) throw badUrl("expected an https: or http: URL, got no URL");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw badUrl(`expected an https: or http: URL, got ${url.protocol}`);
  const authorization = basicAuthorization(url);
  url.username = "";
  url.password = "";
  url.hash = "";
  return { href: url.href, shown: displayUrl(url), authorization };
}

/** An address without user name, password, query and fragment. */
export function displayUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function badUrl(reason: string): GgufError {
  return new GgufError({ code: "bad-url", reason });
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** A stray % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
