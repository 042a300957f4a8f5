import { ModelReferenceError } from "./errors.ts";

/** A file on this machine. */
export interface FileReference {
  kind: "file";
  path: string;
}
/** A file on a web server; `url` is absolute, `https:` (or `http:` on a loopback host). */
export interface UrlReference {
  kind: "url";
  url: string;
}
/** A file, or a quantization, of a Hub repository; with neither, the best default. */
export interface HubReference {
  kind: "hub";
  repo: string;
  revision?: string;
  path?: string;
  quantization?: string;
}
/** A GGUF inside a wheel; without `version`, the newest. */
export interface PypiReference {
  kind: "pypi";
  package: string;
  version?: string;
}
/** A name of the curated table. */
export interface AliasReference {
  kind: "alias";
  name: string;
}
/** Where a model is to come from. The first shard of a split set stands for the whole set. */
export type ModelReference =
  | FileReference
  | UrlReference
  | HubReference
  | PypiReference
  | AliasReference;

const FORMS =
  "A model is named by path/to/file.gguf, https://host/file.gguf, hf:owner/name/path/file.gguf, " +
  "hf:owner/name:QUANT or hf:owner/name (each with @revision after the name), " +
  "pypi:package==version or an alias such as smollm2-135m";

// The Hub's rule for a user's or repository's name.
const REPO_PART = /^(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;
const QUANTIZATION = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
// A revision with a slash is percent-encoded, save the two families that the Hub itself makes.
const HUB =
  /^(?<owner>[^/@:]+)\/(?<name>[^/@:]+)(?:@(?<revision>refs\/(?:pr|convert)\/[^/:@]+|[^/:@]+))?(?<rest>[/:].*)?$/su;
// PEP 508 names; versions loosely after PEP 440. Neither can start like an option of pip.
const PACKAGE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const VERSION = /^[A-Za-z0-9](?:[A-Za-z0-9.!+_-]*[A-Za-z0-9])?$/;
const ALIAS = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
// Two letters at least: `C:\models\a.gguf` is a path.
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):(.*)$/su;
// oxlint-disable-next-line no-control-regex -- they have no business in a name
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Reads a model reference as a user types it. Touches neither disk nor network.
 * @throws ModelReferenceError, whose message lists the forms there are.
 */
export function parseModelReference(text: string): ModelReference {
  if (text.trim() === "") throw problem(text, "it is empty");
  if (CONTROL.test(text)) throw problem(text, "it contains a control character");
  const [, scheme, rest] = SCHEME.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return parsePathOrAlias(text);
  switch (scheme.toLowerCase()) {
    case "hf":
      return parseHub(text, rest);
    case "pypi":
      return parsePypi(text, rest);
    case "http":
    case "https":
      return parseUrl(text);
    default:
      // A colon is legal in a POSIX file name; what looks like a path is one.
      if (isPathLike(text) && !rest.startsWith("//")) return { kind: "file", path: text };
      throw problem(text, `${scheme}: is no known kind of place`);
  }
}

/** Writes a reference so that {@link parseModelReference} reads the same one back. */
export function formatModelReference(reference: ModelReference): string {
  switch (reference.kind) {
    case "file":
      return formatPath(reference.path);
    case "url":
      return reference.url;
    case "hub":
      return formatHub(reference);
    case "pypi":
      return `pypi:${reference.package}${reference.version ? `==${reference.version}` : ""}`;
    case "alias":
      return reference.name;
    default:
      return reference satisfies never;
  }
}

/** Whether plain http to this host stays on this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function parsePathOrAlias(text: string): FileReference | AliasReference {
  if (isPathLike(text)) return { kind: "file", path: text };
  if (ALIAS.test(text)) return { kind: "alias", name: text };
  throw problem(text, "it is neither a path nor an alias");
}

function isPathLike(text: string): boolean {
  return /[/\\]/.test(text) || /\.gguf$/i.test(text);
}

function parseUrl(text: string): UrlReference {
  if (!URL.canParse(text)) throw problem(text, "the URL is malformed");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw problem(`${url.protocol}//…@${url.host}`, "a URL must not carry a user name or password");
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    // Nothing vouches for a URL's bytes but the connection, so that must not be open to tampering.
    throw problem(text, "http: is accepted for this machine alone, use https:");
  }
  url.hash = "";
  return { kind: "url", url: url.href };
}

function parseHub(text: string, rest: string): HubReference {
  const groups = HUB.exec(rest)?.groups;
  const { owner = "", name = "" } = groups ?? {};
  if (!REPO_PART.test(owner) || !REPO_PART.test(name)) {
    throw problem(text, "hf: is followed by owner/name");
  }
  const reference: HubReference = { kind: "hub", repo: `${owner}/${name}` };
  if (groups?.["revision"] !== undefined) {
    reference.revision = decodeRevision(text, groups["revision"]);
  }
  const tail = groups?.["rest"] ?? "";
  if (tail.startsWith("/")) reference.path = checkHubPath(text, tail.slice(1));
  if (tail.startsWith(":")) {
    if (!QUANTIZATION.test(tail.slice(1)))
      throw problem(text, "after : stands a label like Q4_K_M");
    reference.quantization = tail.slice(1);
  }
  return reference;
}

function decodeRevision(text: string, encoded: string): string {
  let revision;
  try {
    revision = decodeURIComponent(encoded);
  } catch {
    throw problem(text, "the revision's percent-encoding is malformed");
  }
  const isSafe = revision.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isSafe || CONTROL.test(revision) || revision.includes("\\")) {
    throw problem(text, "the revision is no name of a branch, tag or commit");
  }
  return revision;
}

function checkHubPath(text: string, path: string): string {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || path.includes("\\")) {
    throw problem(text, "the path inside the repository must be plain, without . or ..");
  }
  if (!/\.gguf$/i.test(path)) throw problem(text, "the path must end in .gguf");
  return path;
}

function parsePypi(text: string, rest: string): PypiReference {
  const [name = "", version, ...more] = rest.split("==");
  if (!PACKAGE.test(name) || more.length > 0) throw problem(text, "pypi: is followed by a package");
  if (version === undefined) return { kind: "pypi", package: name };
  if (!VERSION.test(version)) throw problem(text, "after == stands a version like 1.2.3");
  return { kind: "pypi", package: name, version };
}

function formatPath(path: string): string {
  const isRead =
    isPathLike(path) && !/^(?:hf|pypi|https?):|^[A-Za-z][A-Za-z0-9+.-]+:\/\//i.test(path);
  return isRead ? path : `./${path}`;
}

function formatHub({ repo, revision, path, quantization }: HubReference): string {
  const isMadeByHub = revision !== undefined && /^refs\/(?:pr|convert)\/[^/:@%]+$/.test(revision);
  const encoded = isMadeByHub || revision === undefined ? revision : encodeURIComponent(revision);
  const at = encoded === undefined ? "" : `@${encoded}`;
  if (path !== undefined) return `hf:${repo}${at}/${path}`;
  return `hf:${repo}${at}${quantization === undefined ? "" : `:${quantization}`}`;
}

function problem(text: string, what: string): ModelReferenceError {
  return new ModelReferenceError(text, what, FORMS);
}
