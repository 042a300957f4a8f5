import type { Llama } from "node-llama-cpp";

/** What the engine tells about the memory of a run, in MiB as it prints them. */
export type PrintedMemory = {
  readonly weights: number;
  /** Keys, values and recurrent states. */
  readonly kv: number;
  /** What `kv` is the sum of, each rounded by itself. */
  readonly kvLines: readonly number[];
  readonly compute: number;
  /** Tokens of one pass. */
  readonly physicalBatch: number;
};

/** What a context is made with. */
export type RunSettings = {
  /** Tokens of each sequence. */
  readonly context: number;
  readonly parallel: number;
  readonly kvType: "f16" | "q8_0" | "q4_0";
  readonly flashAttention: boolean;
};

export type Measure = (settings: RunSettings) => Promise<PrintedMemory>;

/** The real engine, on the processor, with its log in reach. */
export type Engine = {
  readonly llama: Llama;
  /** Loads a model, and calls back with what makes contexts of it. */
  withModel: <Result>(path: string, use: (measure: Measure) => Promise<Result>) => Promise<Result>;
  close: () => Promise<void>;
};

export function openEngine(): Promise<Engine>;
