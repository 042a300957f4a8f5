/** What went wrong, for programs. Codes are stable; messages are for people and may change. */
export type HubErrorCode =
  | "bad-reference"
  | "bad-settings"
  | "file-not-found"
  | "missing-shard"
  | "network"
  | "http-status"
  | "access-denied"
  | "not-found"
  | "rate-limited"
  | "offline"
  | "hash-mismatch"
  | "size-mismatch"
  | "not-gguf"
  | "file-changed"
  | "file-exists"
  | "no-space"
  | "no-ranges"
  | "bad-layout"
  | "claim-lost"
  | "quantization"
  | "file-filter"
  | "bad-answer"
  | "bad-wheel"
  | "pip-failed"
  | "unknown-alias"
  | "alias-unavailable";

/** Base of every error of this package. No message or field ever carries a token. */
export class HubError extends Error {
  override readonly name: string = "HubError";
  readonly code: HubErrorCode;

  constructor(code: HubErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** `{name, code, message}`, so that an event that carries an error survives JSON.stringify. */
  toJSON(): { name: string; code: HubErrorCode; message: string } {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/** The text is not a model reference; the message lists the forms there are. */
export class ModelReferenceError extends HubError {
  override readonly name = "ModelReferenceError";
  readonly text: string;

  constructor(text: string, problem: string, forms: string) {
    super(
      "bad-reference",
      `${JSON.stringify(text)} is not a model reference: ${problem}. ${forms}`,
    );
    this.text = text;
  }
}

/** A setting (`HF_ENDPOINT`, the token, …) cannot be used. */
export class SettingsError extends HubError {
  override readonly name = "SettingsError";
  readonly setting: string;

  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super("bad-settings", `${setting} ${problem}`, options);
    this.setting = setting;
  }
}

/** A local path names nothing, or no regular file. */
export class FileNotFoundError extends HubError {
  override readonly name = "FileNotFoundError";
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super("file-not-found", `${path}: ${problem}`, options);
    this.path = path;
  }
}

// A name can claim a set of 65,535; the field has all, the message some.
const SHOWN_NAMES = 10;

/** Shards of a split set are absent where the others are. */
export class MissingShardError extends HubError {
  override readonly name = "MissingShardError";
  readonly place: string;
  readonly missing: readonly string[];

  constructor(place: string, missing: readonly string[], shardCount: number) {
    const what = `${missing.length} of ${shardCount} shards`;
    const more = missing.length - SHOWN_NAMES;
    const shown = missing.slice(0, SHOWN_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
    super("missing-shard", `${place}: ${what} missing: ${shown}`);
    this.place = place;
    this.missing = missing;
  }
}

/** Requests are forbidden (`HF_HUB_OFFLINE`) and the cache does not have it. */
export class OfflineError extends HubError {
  override readonly name = "OfflineError";
  readonly place: string;

  constructor(place: string) {
    super("offline", `${place}: not in the cache, and offline mode forbids requests`);
    this.place = place;
  }
}

/** The bytes are not the ones that were promised. */
export class HashMismatchError extends HubError {
  override readonly name = "HashMismatchError";
  readonly file: string;
  readonly expected: string;
  readonly got: string;

  constructor(file: string, expected: string, got: string, algorithm = "sha256") {
    super("hash-mismatch", `${file}: expected ${algorithm} ${expected}, got ${got}`);
    this.file = file;
    this.expected = expected;
    this.got = got;
  }
}

/** More or fewer bytes came than were promised. */
export class SizeMismatchError extends HubError {
  override readonly name = "SizeMismatchError";
  readonly file: string;
  readonly expected: number;
  readonly got: number;

  constructor(file: string, expected: number, got: number) {
    super("size-mismatch", `${file}: expected ${expected} bytes, got ${got}`);
    this.file = file;
    this.expected = expected;
    this.got = got;
  }
}

/** The file on the server became another one while it was fetched, and again after that. */
export class FileChangedError extends HubError {
  override readonly name = "FileChangedError";
  readonly file: string;

  constructor(file: string, what: string) {
    super("file-changed", `${file}: changed on the server while it was fetched: ${what}`);
    this.file = file;
  }
}

/** A file of that name is there with other content, and must not be lost. */
export class FileExistsError extends HubError {
  override readonly name = "FileExistsError";
  readonly path: string;

  constructor(path: string, difference: string) {
    super(
      "file-exists",
      `${path}: another file of this name is there (${difference}); not replaced`,
    );
    this.path = path;
  }
}

/** There is not enough room for what is to be fetched, or it ran out; sizes in bytes. */
export class NoSpaceError extends HubError {
  override readonly name = "NoSpaceError";
  readonly directory: string;
  /** Undefined where the disk filled up on the way. */
  readonly needed: number | undefined;
  readonly available: number | undefined;

  constructor(
    directory: string,
    { needed, available }: { needed?: number; available?: number },
    options?: ErrorOptions,
  ) {
    const problem =
      needed === undefined || available === undefined
        ? "the disk is full"
        : `not enough room: ${gigabytes(needed, Math.ceil)} are needed, ${gigabytes(available, Math.floor)} are free`;
    super("no-space", `${directory}: ${problem}`, options);
    this.directory = directory;
    this.needed = needed;
    this.available = available;
  }
}

/** What came is not a GGUF file: an HTML page, a Git LFS pointer, nothing at all, … */
export class NotGgufError extends HubError {
  override readonly name = "NotGgufError";
  readonly file: string;

  constructor(file: string, got: string) {
    super("not-gguf", `${file}: expected a GGUF file, got ${got}`);
    this.file = file;
  }
}

/** No single model of the repository fits what was asked for; `labels` are those that it has. */
export class QuantizationError extends HubError {
  override readonly name = "QuantizationError";
  readonly labels: readonly string[];

  constructor(place: string, problem: string, labels: readonly string[]) {
    super("quantization", `${place}: ${problem}`);
    this.labels = labels;
  }
}

/** The wheel is damaged, hostile, or holds no one model. */
export class WheelError extends HubError {
  override readonly name = "WheelError";
  readonly wheel: string;

  constructor(wheel: string, problem: string, options?: ErrorOptions) {
    super("bad-wheel", `${wheel}: ${problem}`, options);
    this.wheel = wheel;
  }
}

/** Why pip did not deliver. */
export type PipFailure = "no-python" | "no-pip" | "network" | "no-such-package" | "other";

/** pip is not there, or did not deliver; the message ends with its last useful line. */
export class PipError extends HubError {
  override readonly name = "PipError";
  readonly reason: PipFailure;

  constructor(place: string, reason: PipFailure, problem: string, options?: ErrorOptions) {
    super("pip-failed", `${place}: ${problem}`, options);
    this.reason = reason;
  }
}

/** The word is no alias of the table. */
export class UnknownAliasError extends HubError {
  override readonly name = "UnknownAliasError";
  readonly alias: string;
  readonly known: readonly string[];

  constructor(alias: string, known: readonly string[]) {
    const hint = `known aliases: ${known.join(", ")}; a file in this folder is written ./${alias}`;
    super("unknown-alias", `unknown model alias ${JSON.stringify(alias)}; ${hint}`);
    this.alias = alias;
    this.known = known;
  }
}

/** No place of an alias delivered; each place's reason stands on a line of its own. */
export class AliasUnavailableError extends HubError {
  override readonly name = "AliasUnavailableError";
  readonly alias: string;
  readonly failures: readonly { place: string; error: HubError }[];

  constructor(alias: string, failures: readonly { place: string; error: HubError }[]) {
    const lines = failures.map(({ place, error }) => `\n  ${place}: ${oneLine(error.message)}`);
    super("alias-unavailable", `no place of ${alias} delivered it:${lines.join("")}`);
    this.alias = alias;
    this.failures = failures;
  }
}

/** In decimal units, rounded to a tenth such that what is too little also reads so. */
function gigabytes(bytes: number, round: (value: number) => number): string {
  return `${(round(bytes / 1e8) / 10).toFixed(1)} GB`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, "; ");
}
