import type { KvEdit } from "@ggufkit/gguf";

import { jsonText } from "./json-text.ts";
import type { Edit } from "./render-edit.ts";
import { valueJson } from "./header-json.ts";

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
