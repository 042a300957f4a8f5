import { HubError } from "./errors.ts";

/** A file cannot be joined while it is fetched, since its server does not deliver ranges to rely on. */
export class NoByteRangesError extends HubError {
  override readonly name = "NoByteRangesError";
  readonly file: string;

  constructor(file: string, obstacle: string, options?: ErrorOptions) {
    const expected = `expected byte ranges, to join it with others while it comes: ${obstacle}`;
    super("no-ranges", `${file}: ${expected}; download the shards, then merge them`, options);
    this.file = file;
  }
}

/** What files are to be joined to is no file: ranges overlap, or lie outside of it or of the inputs. */
export class JoinLayoutError extends HubError {
  override readonly name = "JoinLayoutError";
  readonly file: string;

  constructor(file: string, problem: string) {
    super("bad-layout", `${file}: ${problem}`);
    this.file = file;
  }
}

/** Another process works on the file now: this one had not moved for so long that it seemed dead. */
export class ClaimLostError extends HubError {
  override readonly name = "ClaimLostError";
  readonly path: string;

  constructor(path: string) {
    super("claim-lost", `${path}: another process has taken over the work on it`);
    this.path = path;
  }
}
