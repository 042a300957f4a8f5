import { SummarizerError } from "../errors.ts";

/** Where a server is. */
export interface ServerAddress {
  /** What its paths follow on: without `/v1` and without a slash at the end. */
  readonly root: string;
  /** As messages name it. */
  readonly host: string;
}

/**
 * The address of an OpenAI-compatible server: its root, or its `/v1`. Whatever could carry a secret
 * is refused, since addresses are shown, and a query or fragment would get lost.
 *
 * @throws SummarizerError `engine`; the text itself is not repeated, it may hold a password
 */
export function serverAddress(text: string): ServerAddress {
  const refused = (expected: string): SummarizerError =>
    new SummarizerError("engine", `the server's URL: expected ${expected}`);
  if (!URL.canParse(text)) throw refused("one such as http://127.0.0.1:8080, got none");
  const { protocol, username, password, search, hash, origin, pathname, host } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:")
    throw refused(`http or https, got ${protocol}`);
  if (username !== "" || password !== "") throw refused("no user and password in it");
  if (search !== "" || hash !== "") throw refused("no query and no fragment in it");
  const path = pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { root: `${origin}${path}`, host };
}

/**
 * Checks a key before it gets into a header, where a bad one would be repeated in the error.
 *
 * @throws SummarizerError `engine`
 */
export function checkApiKey(key: string | undefined): void {
  if (key === undefined || /^[\x21-\x7e]{1,4096}$/.test(key)) return;
  const message = "the server's API key: expected printable ASCII without spaces";
  throw new SummarizerError("engine", message);
}
