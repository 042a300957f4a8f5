import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { sparseSource } from "@ggufkit/fixtures";

import { emptyHeader, type HeaderBytes } from "../src/format/header-bytes.ts";
import {
  bytesSource,
  checkGguf,
  DEFAULT_LIMITS,
  describe,
  type Finding,
  type Gguf,
  GgufError,
  type GgufErrorCode,
  type GgufValue,
  kvPerLayer,
  readGguf,
  type ReadOptions,
  validate,
} from "../src/index.ts";
import { parseHeader } from "../src/read/header-parser.ts";

/** The codes of `readGguf`. */
const READER_CODES: ReadonlySet<Finding["code"]> = new Set<GgufErrorCode>([
  "empty-file",
  "not-gguf",
  "unsupported-version",
  "truncated",
  "bad-kv-count",
  "empty-key",
  "duplicate-key",
  "bad-value-type",
  "nested-array",
  "string-too-long",
  "array-too-long",
  "bad-alignment",
  "bad-tensor-count",
  "tensor-name-too-long",
  "duplicate-tensor",
  "too-many-dimensions",
  "bad-dimension",
  "too-many-elements",
  "bad-tensor-type",
  "removed-tensor-type",
  "bad-row-length",
  "tensor-too-large",
  "bad-tensor-offset",
  "header-too-large",
  "data-start-beyond-file",
  "tensor-beyond-file",
]);

// So much of an endless file is read before it is refused.
const FEW_BYTES: ReadOptions = { limits: { maxHeaderBytes: 2 ** 17 } };
const ENDLESS = 2 ** 50;

/**
 * Throws where reading, validating or describing a file, sound or not, does anything but succeed or
 * end with a `GgufError`, or where two ways of reading it disagree. Returns how reading ended.
 */
export async function checkFile(file: Uint8Array): Promise<GgufErrorCode | "read"> {
  const { length } = file;
  const inMemory = await outcomeOf(readGguf(bytesSource(file)));
  const window = { initialBytes: 1 + (length % 64) };
  const inPieces = await outcomeOf(readGguf(sparseSource(file, length), window));
  deepStrictEqual(inPieces, inMemory, "reading in pieces");
  deepStrictEqual(outcomeByByte(file), inMemory, "reading byte by byte");
  const withoutSize = await outcomeOf(readGguf(sparseSource(file), window));
  if (inMemory.code === "read") strictEqual(withoutSize.code, "read");
  await outcomeOf(readGguf(sparseSource(file, ENDLESS), FEW_BYTES));

  const validation = await validate(bytesSource(file));
  const validationInPieces = await validate(sparseSource(file, length), window);
  deepStrictEqual(validationInPieces.findings, validation.findings, "validating in pieces");
  checkAgreement(inMemory, validation.findings);
  await validate(sparseSource(file, ENDLESS), FEW_BYTES);
  if (validation.gguf) useAll(validation.gguf);
  return inMemory.code;
}

/** What reading gave, to be compared. */
type Outcome =
  | Pick<GgufError, "code" | "offset" | "message">
  | (Pick<Gguf, "tensors" | "headerBytes" | "dataOffset" | "alignment"> & {
      readonly code: "read";
      readonly kv: readonly (readonly [string, unknown])[];
    });

async function outcomeOf(reading: Promise<Gguf>): Promise<Outcome> {
  try {
    return outcomeOfHeader(await reading);
  } catch (error) {
    return outcomeOfError(error);
  }
}

function outcomeOfHeader(gguf: Gguf): Outcome {
  const { tensors, headerBytes, dataOffset, alignment } = gguf;
  const kv = [...gguf.kv].map(([key, value]) => [key, decoded(value)] as const);
  return { code: "read", tensors, headerBytes, dataOffset, alignment, kv };
}

function outcomeOfError(error: unknown): Outcome {
  if (!(error instanceof GgufError)) throw error;
  const { code, offset, message } = error;
  return { code, offset, message };
}

/** Gives the parser exactly what it asks for: it must ask for more each time, and never twice. */
function outcomeByByte(file: Uint8Array): Outcome {
  const header = emptyHeader();
  const report = (problem: ConstructorParameters<typeof GgufError>[0]): never => {
    throw new GgufError(problem);
  };
  try {
    const parser = parseHeader(header, { limits: DEFAULT_LIMITS, report });
    for (let step = parser.next(); ; step = parser.next()) {
      if (step.done === true) return outcomeOfHeader(step.value);
      ok(step.value > header.bytes.length || header.bytes.length === file.length, "no progress");
      hold(header, file.subarray(0, step.value), file.length);
    }
  } catch (error) {
    return outcomeOfError(error);
  }
}

function hold(header: HeaderBytes, bytes: Uint8Array, fileSize: number): void {
  header.bytes = bytes;
  header.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  header.fileSize = fileSize;
}

/** Reading fails exactly where validating finds a fault of the reader's, the first of them alike. */
function checkAgreement(reading: Outcome, findings: readonly Finding[]): void {
  const faults = findings.filter(
    ({ severity, code }) => severity === "error" && READER_CODES.has(code),
  );
  const [first] = faults;
  if (reading.code === "read") return strictEqual(first, undefined, "validating finds more");
  ok(first, `validating does not find ${reading.code}`);
  const { code, offset, message } = first;
  deepStrictEqual({ code, offset, message }, reading, "validating finds another fault first");
}

/** Does with a header what its users do, whatever is wrong with it. */
function useAll(gguf: Gguf): void {
  const { kv, tensors } = gguf;
  for (const { offset, bytes, elements } of tensors)
    for (const size of [offset, bytes, elements, offset + bytes])
      ok(Number.isSafeInteger(size) && size >= 0, "a tensor of impossible size");
  for (const value of kv.values()) decoded(value);
  for (const key of kv.keys()) perLayer(gguf, key);
  describe(gguf);
  describe(gguf, [gguf, gguf]);
  checkGguf(gguf);
}

function perLayer(gguf: Gguf, key: string): void {
  try {
    kvPerLayer(gguf, key);
  } catch (error) {
    outcomeOfError(error);
  }
}

function decoded(value: GgufValue): unknown {
  if (value.type !== "array") return value.type === "string" ? value.bytes : value.value;
  const elements: unknown[] = [...value];
  deepStrictEqual(value.toArray(), elements);
  deepStrictEqual(value.preview(3), elements.slice(0, 3));
  strictEqual(elements.length, value.length);
  if (value.elementType === "string") return [...value.rawElements()];
  if (value.elementType !== "bool")
    deepStrictEqual([...(value.toTypedArray() as Iterable<unknown>)], elements);
  return elements;
}
