import type { ByteSource } from "../source/byte-source.ts";
import type { Gguf } from "../format/gguf.ts";
import { GgufError, type Problem } from "../format/gguf-error.ts";
import type { Parse } from "./cursor.ts";
import { growHeader, type GrowOptions } from "./grow-header.ts";
import { emptyHeader, type HeaderBytes } from "../format/header-bytes.ts";
import { parseHeader } from "./header-parser.ts";
import { DEFAULT_LIMITS, type ReadLimits } from "../format/limits.ts";

/** How `readGguf` reads. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaces single limits of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<ReadLimits> | undefined;
  /** Size of the first read; later ones double what is held, by up to 4 MiB. Default 64 KiB. */
  readonly initialBytes?: number | undefined;
  /** Path or address of the file, for error messages. */
  readonly file?: string | undefined;
}

/**
 * Reads the header of a GGUF file, and little more of the file than that. Everything that llama.cpp
 * rejects is rejected, and tensors that end beyond the file. Version 1, which llama.cpp no longer
 * reads, is read.
 *
 * @throws {GgufError} on the first structural error
 * @throws whatever `source.read` throws, unchanged
 */
export async function readGguf(source: ByteSource, options: ReadOptions = {}): Promise<Gguf> {
  const header = emptyHeader();
  const parser = parseHeader(header, {
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    report: throwProblem,
    file: options.file,
  });
  return feedParser(header, naming(options.file, parser), source, options);
}

/** Runs a parser over `header`, with as many bytes of the source as it asks for. */
export async function feedParser<Result>(
  header: HeaderBytes,
  parser: Parse<Result>,
  source: ByteSource,
  options: GrowOptions,
): Promise<Result> {
  let step = parser.next();
  while (step.done !== true) {
    await growHeader(header, step.value, source, options);
    step = parser.next();
  }
  return step.value;
}

/** Adds the file to the parser's errors; those of the source know best where they come from. */
export function* naming<Result>(file: string | undefined, parser: Parse<Result>): Parse<Result> {
  try {
    return yield* parser;
  } catch (error) {
    if (!(error instanceof GgufError) || file === undefined) throw error;
    throw new GgufError({ ...problemOf(error), file }, { cause: error });
  }
}

function throwProblem(problem: Problem): never {
  throw new GgufError(problem);
}

function problemOf(error: GgufError): Problem {
  const { code, reason, offset, key, tensor, expected, got } = error;
  return { code, reason, offset, key, tensor, expected, got };
}
