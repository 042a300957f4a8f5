import type { GgufValue, KvEdit } from "@ggufkit/gguf";

import { jsonText } from "./json-text.ts";
import type { Edit } from "./render-edit.ts";

/** Elements of an array that `preview` shows. */
const PREVIEW_LENGTH = 8;

/** An edit, made or planned, as one JSON document. */
export function editJson({ file, out, plan }: Edit, isDryRun: boolean): string {
  const { edits, way, reason, dataOffset, oldDataOffset, room, oldRoom } = plan;
  return jsonText({
    file,
    out: out ?? file,
    dryRun: isDryRun,
    way,
    reason,
    changes: edits.map(changeJson),
    bytesToWrite: plan.bytesToWrite,
    fileSize: plan.fileSize,
    dataOffset,
    oldDataOffset,
    room,
    oldRoom,
  });
}

function changeJson(edit: KvEdit): object {
  const { type, key } = edit;
  const to = edit.type === "renamed" ? { to: edit.to } : {};
  const old = edit.type === "replaced" || edit.type === "removed" ? valueJson(edit.old) : undefined;
  const value = edit.type === "removed" ? undefined : valueJson(edit.value);
  return { type, key, ...to, old, value };
}

function valueJson(value: GgufValue): object {
  const { type } = value;
  if (type !== "array") return { type, value: value.value };
  const { elementType, length } = value;
  return { type, elementType, length, preview: value.preview(PREVIEW_LENGTH) };
}
