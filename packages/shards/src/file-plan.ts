/** Bytes of one of several files that go to a place of the file that is written. */
export interface RangeCopy {
  /** Which of the plan's input files, counted from 0. */
  readonly file: number;
  /** First byte in that file. */
  readonly from: number;
  /** Its place in the file that is written. */
  readonly to: number;
  readonly bytes: number;
}

/** A file that is to be written. Where neither the header nor a copy puts bytes there are zeros. */
export interface FilePlan {
  /** Its first bytes; none where the whole file is copied. */
  readonly header: Uint8Array;
  readonly fileSize: number;
  /** In the order of the file that is written, as long as they can be; none is empty. */
  readonly copies: readonly RangeCopy[];
}
