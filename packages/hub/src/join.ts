import type { ByteSource } from "@ggufkit/gguf";

/** A file that is to be joined with others, and where its bytes can be had. */
export interface JoinInput {
  /** As `PlannedFile` has it. */
  name: string;
  /** Its size. */
  bytes: number;
  /** The file itself where it is on this machine, else ranges of the one on the server. */
  source: ByteSource;
}

/** A file that is made of ranges of others; zeros where nothing goes. */
export interface JoinedFile {
  /** File name. */
  name: string;
  /** Its first bytes. */
  header: Uint8Array;
  /** In bytes. */
  fileSize: number;
  /** Bytes of the inputs, behind the header; no byte of an input goes to two places. */
  copies: readonly JoinCopy[];
}

/** Bytes of one input that go to a place of the joined file. */
export interface JoinCopy {
  /** Which input, counted from 0. */
  file: number;
  /** First byte in that input. */
  from: number;
  /** Its place in the joined file. */
  to: number;
  bytes: number;
}

/**
 * Works out, from the files' first bytes, what they are joined to. It is called before a byte is
 * fetched, and once more with all of them verified: it must come to the same result.
 */
export type JoinFiles = (
  inputs: readonly JoinInput[],
  signal: AbortSignal | undefined,
) => Promise<JoinedFile>;
