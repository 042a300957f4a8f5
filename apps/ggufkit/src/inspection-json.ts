import type { GgufValue } from "@ggufkit/gguf";

import { InspectError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import { jsonText } from "./json-text.ts";

/** Elements of an array that `preview` shows. */
const PREVIEW_LENGTH = 8;

/** What the document is to hold beside the rest. */
export interface JsonOptions {
  readonly tensors: boolean;
  /** Only these keys, with all elements of arrays as `value`. */
  readonly keys?: readonly string[] | undefined;
}

/**
 * The inspection as one JSON document, as `jsonText` writes it.
 *
 * @throws {InspectError} `no-such-key`
 */
export function inspectionJson(inspection: Inspection, options: JsonOptions): string {
  const { files, model, findings } = inspection;
  const { version, byteOrder, headerBytes, dataOffset, alignment } = files[0].gguf;
  const { split, ...description } = model;
  const document = {
    version,
    byteOrder,
    /** Of all shards together. */
    fileSize: files.reduce((sum, { gguf }) => sum + (gguf.fileSize ?? 0), 0),
    headerBytes,
    dataOffset,
    alignment,
    kv: kvJson(inspection, options.keys),
    ...(options.tensors && { tensors: tensorsJson(inspection) }),
    model: description,
    split,
    files: files.map(({ path, gguf }) => ({
      path,
      fileSize: gguf.fileSize,
      tensors: gguf.tensors.length,
    })),
    findings,
  };
  return jsonText(document);
}

function kvJson({ files }: Inspection, keys: readonly string[] | undefined): object {
  const { path, gguf } = files[0];
  if (keys === undefined)
    return Object.fromEntries([...gguf.kv].map(([key, value]) => [key, previewed(value)]));
  const chosen = keys.map((key) => {
    const value = gguf.kv.get(key);
    if (value === undefined)
      throw new InspectError("no-such-key", path, `no key ${JSON.stringify(key)}`);
    return [key, inFull(value)];
  });
  return Object.fromEntries(chosen);
}

function previewed(value: GgufValue): object {
  const { type } = value;
  if (type !== "array") return { type, value: value.value };
  const { elementType, length } = value;
  return { type, elementType, length, preview: value.preview(PREVIEW_LENGTH) };
}

function inFull(value: GgufValue): object {
  if (value.type !== "array") return previewed(value);
  return { ...previewed(value), value: value.toArray() };
}

function tensorsJson({ files }: Inspection): object[] {
  return files.flatMap(({ path, gguf }) =>
    gguf.tensors.map(({ name, shape, type, offset, bytes }) => {
      const file = files.length > 1 ? { file: path } : {};
      return { name, shape, type, offset, bytes, ...file };
    }),
  );
}
