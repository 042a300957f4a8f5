import type { GgufValue } from "@ggufkit/gguf";

import { InspectError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";
import { jsonText } from "./json-text.ts";
import { kvJson, tensorJson, valueJson } from "./header-json.ts";

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
    kv: chosenJson(inspection, options.keys),
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

function chosenJson({ files }: Inspection, keys: readonly string[] | undefined): object {
  const { path, gguf } = files[0];
  if (keys === undefined) return kvJson(gguf.kv);
  const chosen = keys.map((key) => {
    const value = gguf.kv.get(key);
    if (value === undefined)
      throw new InspectError("no-such-key", path, `no key ${JSON.stringify(key)}`);
    return [key, inFull(value)];
  });
  return Object.fromEntries(chosen);
}

function inFull(value: GgufValue): object {
  if (value.type !== "array") return valueJson(value);
  return { ...valueJson(value), value: value.toArray() };
}

function tensorsJson({ files }: Inspection): object[] {
  return files.flatMap(({ path, gguf }) =>
    gguf.tensors.map((tensor) => {
      const file = files.length > 1 ? { file: path } : {};
      return { ...tensorJson(tensor), ...file };
    }),
  );
}
