import type { Gguf } from "../format/gguf.ts";
import { GgufError, type Problem } from "../format/gguf-error.ts";
import { emptyHeader } from "../format/header-bytes.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import type { Parse } from "../read/cursor.ts";
import { parseHeader } from "../read/header-parser.ts";
import { feedParser, naming, type ReadOptions } from "../read/read-gguf.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { checkChatTemplate } from "./check-chat-template.ts";
import { checkFile } from "./check-file.ts";
import { checkModel } from "./check-model.ts";
import { checkNames } from "./check-names.ts";
import { checkSplit } from "./check-split.ts";
import { checkTokenizer } from "./check-tokenizer.ts";
import { finding, type Finding } from "./finding.ts";

/** What `validate` found. */
export interface Validation {
  /** In file order as far as the reader came, then the checks'. Empty for a file without fault. */
  readonly findings: readonly Finding[];
  /** Whether no finding is an error. */
  readonly valid: boolean;
  /** The header, without what could not be read; undefined where it could not be read to its end. */
  readonly gguf: Gguf | undefined;
  /** The last finding as an error, where it is why there is no `gguf`. */
  readonly fatal: GgufError | undefined;
}

// A file made of faults would give more findings than it has bytes; nobody reads so many.
const MAX_FINDINGS = 1000;

const CHECKS = [checkFile, checkNames, checkSplit, checkModel, checkTokenizer, checkChatTemplate];

/**
 * Reads a header like `readGguf`, but goes on after a problem where it can, and then checks what
 * llama.cpp's model loader and tokenizer demand and what readers have stumbled over. Takes linear
 * time; reads no tensor data.
 *
 * @throws whatever `source.read` throws, unchanged
 */
export async function validate(source: ByteSource, options: ReadOptions = {}): Promise<Validation> {
  const findings: Finding[] = [];
  const header = emptyHeader();
  const parse = parseHeader(header, {
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    report: (problem) => report(findings, problem),
    file: options.file,
  });
  const result = await feedParser(header, untilFatal(naming(options.file, parse)), source, options);
  const fatal = result instanceof GgufError ? result : undefined;
  const gguf = result instanceof GgufError ? undefined : result;
  if (fatal) findings.push(asFinding(fatal));
  if (gguf) findings.push(...checkGguf(gguf, MAX_FINDINGS - findings.length));
  if (findings.length >= MAX_FINDINGS)
    findings.push(
      finding("error", "too-many-findings", `only the first ${MAX_FINDINGS} are listed`),
    );
  return { findings, valid: findings.every(({ severity }) => severity !== "error"), gguf, fatal };
}

/**
 * Checks a header that was read for what `readGguf` does not look at: what llama.cpp's model loader
 * and tokenizer demand, and what readers have stumbled over. At most `most` findings.
 */
export function checkGguf(gguf: Gguf, most: number = MAX_FINDINGS): Finding[] {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    for (const found of check(gguf)) {
      if (findings.length >= most) return findings;
      findings.push(found);
    }
  }
  return findings;
}

function report(findings: Finding[], problem: Problem): void {
  if (findings.length >= MAX_FINDINGS) return;
  findings.push(asFinding(problem));
}

/** Makes the error that ends a parse its result. Those of the source pass it by. */
function* untilFatal(parse: Parse<Gguf>): Parse<Gguf | GgufError> {
  try {
    return yield* parse;
  } catch (error) {
    if (error instanceof GgufError) return error;
    throw error;
  }
}

function asFinding({ code, reason, offset, key, tensor, expected, got }: Problem): Finding {
  return finding("error", code, reason, { offset, key, tensor, expected, got });
}
