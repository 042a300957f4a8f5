import { messageOf, type GgufErrorCode, type Problem } from "../format/gguf-error.ts";

/**
 * How bad a finding is. `error`: llama.cpp refuses the file, or reads something else out of it than
 * was meant. `warning`: it loads, but something is wrong or will be for others. `info`: unusual.
 */
export type Severity = "error" | "warning" | "info";

/** What can be wrong with a header that was read, beside the codes of `GgufError`. */
export type CheckCode =
  // the file as a whole
  | "old-version"
  | "trailing-bytes"
  | "unpadded-end"
  | "big-endian"
  | "small-alignment"
  | "bad-utf8"
  | "empty-name"
  | "nul-in-name"
  | "too-many-findings"
  // metadata
  | "missing-key"
  | "value-out-of-range"
  | "array-length"
  | "unknown-file-type"
  | "unknown-rope-scaling"
  | "bad-chat-template"
  // tokenizer
  | "special-token-out-of-range"
  | "missing-merges"
  | "vocabulary-mismatch"
  // tensors
  | "tensor-beyond-blocks"
  | "block-without-tensors"
  // split
  | "bad-split";

/** Something that `validate` found, as data. `message` says what and where, on one line. */
export interface Finding extends Omit<Problem, "code" | "file"> {
  readonly severity: Severity;
  readonly code: GgufErrorCode | CheckCode;
  readonly message: string;
}

/** A finding of a check: its place is a key or a tensor. */
export function finding(
  severity: Severity,
  code: Finding["code"],
  reason: string,
  place: Omit<Problem, "code" | "reason" | "file"> = {},
): Finding {
  return { severity, code, reason, ...place, message: messageOf({ reason, ...place }) };
}
