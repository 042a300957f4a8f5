import { escapeCharacter } from "./escape.ts";

/** Stable names of everything that can be wrong with a file or a request to this package. */
export type GgufErrorCode =
  // what the file is
  | "empty-file"
  | "not-gguf"
  | "unsupported-version"
  | "truncated"
  // KV pairs
  | "bad-kv-count"
  | "empty-key"
  | "duplicate-key"
  | "bad-value-type"
  | "nested-array"
  | "string-too-long"
  | "array-too-long"
  | "bad-alignment"
  // tensor infos
  | "bad-tensor-count"
  | "tensor-name-too-long"
  | "duplicate-tensor"
  | "too-many-dimensions"
  | "bad-dimension"
  | "too-many-elements"
  | "bad-tensor-type"
  | "removed-tensor-type"
  | "bad-row-length"
  | "tensor-too-large"
  | "bad-tensor-offset"
  // sizes
  | "header-too-large"
  | "data-start-beyond-file"
  | "tensor-beyond-file"
  // hashing
  | "bad-manifest"
  | "hash-worker-failed"
  // addresses
  | "bad-url"
  | "http-unauthorized"
  | "http-forbidden"
  | "http-not-found"
  | "http-range-not-satisfiable"
  | "http-rate-limited"
  | "http-status"
  | "network-failure"
  | "bad-content-range"
  | "ranges-not-supported"
  | "redirect-refused"
  | "source-closed"
  // requests
  | "wrong-value-type"
  | "bad-shard-number"
  | "cannot-open-file"
  | "not-a-file"
  | "wrong-shard"
  // writing
  | "bad-value"
  | "wrong-data-length"
  | "no-such-tensor"
  | "cannot-write-file"
  // editing
  | "no-such-key"
  | "key-exists"
  | "duplicate-change"
  | "reserved-key"
  | "alignment-change"
  | "file-changed"
  | "unfinished-edit";

/** One thing that is wrong, as data. */
export interface Problem {
  readonly code: GgufErrorCode;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Byte offset in the file. */
  readonly offset?: number | undefined;
  /** The KV pair concerned. */
  readonly key?: string | undefined;
  /** The tensor concerned. */
  readonly tensor?: string | undefined;
  readonly expected?: number | bigint | string | undefined;
  readonly got?: number | bigint | string | undefined;
  /** Path or address of the file. */
  readonly file?: string | undefined;
}

/** What is wrong, before it is known where. */
export type Fault = Pick<Problem, "code" | "reason" | "expected" | "got">;

/** Whether the result of a check is what is wrong and not what was asked for. */
export function isFault(result: number | object): result is Fault {
  return typeof result === "object" && "code" in result;
}

/** The base of all errors of this package. `message` says what is wrong and where, on one line. */
export class GgufError extends Error implements Problem {
  override readonly name: string = "GgufError";
  readonly code: GgufErrorCode;
  readonly reason: string;
  readonly offset: number | undefined;
  readonly key: string | undefined;
  readonly tensor: string | undefined;
  readonly expected: number | bigint | string | undefined;
  readonly got: number | bigint | string | undefined;
  readonly file: string | undefined;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(messageOf(problem), options);
    this.code = problem.code;
    this.reason = problem.reason;
    this.offset = problem.offset;
    this.key = problem.key;
    this.tensor = problem.tensor;
    this.expected = problem.expected;
    this.got = problem.got;
    this.file = problem.file;
  }
}

/** What is wrong and where, on one line. */
export function messageOf(problem: Omit<Problem, "code">): string {
  const { file, key, tensor, reason, offset } = problem;
  const where = [
    file === undefined ? "" : `${file}: `,
    key === undefined ? "" : `key ${quoted(key)}: `,
    tensor === undefined ? "" : `tensor ${quoted(tensor)}: `,
  ];
  const at = offset === undefined ? "" : ` (at byte ${offset})`;
  return where.join("") + reason + at;
}

// A hostile name may be as long as the file.
const LONGEST_QUOTE = 80;

/** A name or text out of a file, fit for one line of a message: quoted, escaped and cut. */
export function quoted(name: string): string {
  const cut = name.length > LONGEST_QUOTE ? `${name.slice(0, LONGEST_QUOTE)}…` : name;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    escapeCharacter,
  );
}
