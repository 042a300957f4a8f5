/**
 * What fetching a model tells: @ggufkit/hub's events have this shape. `file` is a file's name, sizes
 * are in bytes, rates in bytes a second. Several files may be under way at once.
 */
export type TransferEvent =
  | { type: "place"; place: string }
  | { type: "terms"; model: string; name: string; url: string }
  | { type: "chosen"; file: string; quantization?: string; reason: string }
  | { type: "planned"; plan: TransferPlan }
  | { type: "started"; file: string; bytes?: number }
  | { type: "resumed"; file: string; done: number; bytes: number }
  | { type: "restarted"; file: string; reason: string }
  | { type: "progress"; file: string; done: number; total?: number; rate?: number; left?: number }
  | { type: "retried"; file: string; reason: string; wait: number }
  | { type: "repaired"; file: string; start: number; end: number }
  | { type: "waiting"; file: string; pid?: number }
  | { type: "verifying" | "verified"; file: string }
  | { type: "cached"; file: string }
  | { type: "done"; file: string; bytes: number; seconds: number }
  | { type: "place-failed"; place: string; error: Error };

/** What is known of a model before the first byte of it is fetched. */
export type TransferPlan = {
  files: readonly { name: string; bytes?: number; presentBytes: number }[];
  /** Of all files together. */
  bytes?: number;
  /** That will be fetched. */
  fetchBytes?: number;
  /** The one file that the files become. */
  joined?: { name: string };
};
