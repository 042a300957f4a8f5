import { basename } from "node:path/posix";
import { describe, mapShards, type Gguf, type ModelDescription } from "@ggufkit/gguf";

import { type Finding, setFindings } from "./finding.ts";
import type { LocatedFile, LocatedModel } from "./source.ts";
import { validateFile } from "./validation.ts";

/** One file of a model, read. */
export interface ModelFile {
  /** Path or address. */
  readonly path: string;
  readonly gguf: Gguf;
}

/** What there is to say about a model: data that every view renders. */
export interface Inspection {
  /** The file that stands for the model first, the other shards of its set in order. */
  readonly files: readonly [ModelFile, ...ModelFile[]];
  readonly model: ModelDescription;
  readonly findings: readonly Finding[];
}

/**
 * Reads the headers of a model's files at the same time. What is wrong with one that can be read to
 * its end, or with the set, is a finding; one that cannot is an error.
 *
 * @throws {GgufError}
 */
export async function inspect(
  { files, missing }: LocatedModel,
  signal: AbortSignal,
): Promise<Inspection> {
  const read = await mapShards(files, readFile, signal);
  const [first, ...later] = read;
  if (first === undefined) throw new TypeError("a model has at least one file");
  const own: Finding[] = read.flatMap(({ path, findings }) =>
    findings.map((found): Finding => (read.length === 1 ? found : inFile(found, path))),
  );
  const laterHeaders = later.map(({ gguf }) => gguf);
  return {
    files: [first, ...later],
    model: describe(first.gguf, laterHeaders),
    findings: [...setFindings(read, missing), ...own],
  };
}

async function readFile(
  file: LocatedFile,
  signal: AbortSignal,
): Promise<ModelFile & { readonly findings: readonly Finding[] }> {
  const { gguf, fatal, findings } = await validateFile(file, signal);
  if (gguf === undefined) throw fatal ?? new TypeError("neither a header nor why not");
  return { path: file.name, gguf, findings };
}

function inFile(finding: Finding, path: string): Finding {
  return { ...finding, message: `${basename(path)}: ${finding.message}` };
}
