/** What a copying thread is started with; the buffers are shared by all threads of one copy. */
export interface CopyJob {
  readonly from: string;
  readonly to: string;
  /** What is to be copied, in steps of three numbers: `from`, `to`, `bytes` of a `CopyRange`. */
  readonly steps: Float64Array<SharedArrayBuffer>;
  /** [0]: the next step that nobody has taken; [1]: not 0 when all shall stop. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** [0]: bytes that are written, by all threads together. */
  readonly written: BigInt64Array<SharedArrayBuffer>;
}

/** What a thread says where it cannot go on. */
export type CopyProblem =
  /** The file that is read ends at byte `got`, which is before `expected`. */
  | { readonly type: "ended"; readonly expected: number; readonly got: number }
  | {
      readonly type: "failed";
      readonly at: "reading" | "writing";
      /** Of the system's error: an Error that is sent to another thread loses its code. */
      readonly code: unknown;
      readonly message: string;
    };
