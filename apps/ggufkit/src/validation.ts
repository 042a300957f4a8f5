import { mapShards, validate, type Validation } from "@ggufkit/gguf";

import { type Finding, setFindings } from "./finding.ts";
import type { LocatedFile, LocatedModel } from "./source.ts";

/** What was found in one file. */
export interface FileValidation {
  /** Path or address. */
  readonly path: string;
  readonly findings: readonly Finding[];
}

/** What was found in a model's files, and in their set. */
export interface ModelValidation {
  /** As it was typed. */
  readonly source: string;
  /** Whether no finding is an error. */
  readonly valid: boolean;
  readonly files: readonly FileValidation[];
  /** Of the set that the files are. */
  readonly findings: readonly Finding[];
}

/** Validates a model's files at the same time. @throws what opening and reading them throws */
export async function validateModel(
  source: string,
  { files, missing }: LocatedModel,
  signal: AbortSignal,
): Promise<ModelValidation> {
  const validated = async (file: LocatedFile, stop: AbortSignal) => {
    return { path: file.name, ...(await validateFile(file, stop)) };
  };
  const read = await mapShards(files, validated, signal);
  const findings = setFindings(read, missing);
  const all = [...findings, ...read.flatMap((file) => file.findings)];
  return {
    source,
    valid: all.every(({ severity }) => severity !== "error"),
    files: read.map(({ path, findings: own }) => ({ path, findings: own })),
    findings,
  };
}

/** Validates one file of a model. */
export async function validateFile(
  { name, open }: LocatedFile,
  signal: AbortSignal,
): Promise<Validation> {
  const source = await open();
  try {
    return await validate(source, { signal, file: name });
  } finally {
    await source.close();
  }
}
