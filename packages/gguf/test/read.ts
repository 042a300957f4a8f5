import { buildGguf, type BuildOptions, sparseSource } from "@ggufkit/fixtures";

import { bytesSource, type Gguf, GgufError, readGguf, type ReadOptions } from "../src/index.ts";

/** Builds a file and reads it back: in place, or bit by bit where `initialBytes` is given. */
export function buildAndRead(options: BuildOptions, readOptions?: ReadOptions): Promise<Gguf> {
  const file = buildGguf(options);
  const source = readOptions?.initialBytes ? sparseSource(file, file.length) : bytesSource(file);
  return readGguf(source, readOptions);
}

/** The GgufError that a promise rejects with; fails if it resolves or rejects with another. */
export async function ggufErrorOf(promise: Promise<unknown>): Promise<GgufError> {
  const error = await promise.then(
    () => new Error("expected a GgufError, but the promise resolved"),
    (reason: unknown) => reason,
  );
  if (error instanceof GgufError) return error;
  throw error;
}
