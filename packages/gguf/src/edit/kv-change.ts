import { GgufError, type GgufErrorCode } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import type { Gguf } from "../format/gguf.ts";
import { ROOM_KEY } from "./room.ts";

/** A wish to change the KV pairs of a file. */
export type KvChange =
  | { readonly type: "set"; readonly key: string; readonly value: GgufValue }
  | { readonly type: "remove"; readonly key: string }
  | { readonly type: "rename"; readonly key: string; readonly to: string };

/** What a change does to a given file. */
export type KvEdit =
  | { readonly type: "added"; readonly key: string; readonly value: GgufValue }
  | {
      readonly type: "replaced";
      readonly key: string;
      readonly old: GgufValue;
      readonly value: GgufValue;
    }
  | { readonly type: "removed"; readonly key: string; readonly old: GgufValue }
  | {
      readonly type: "renamed";
      readonly key: string;
      readonly to: string;
      readonly value: GgufValue;
    };

/** A pair of the edited file. */
export interface EditedPair {
  readonly value: GgufValue;
  /** The key of the original file under which it stands already; undefined for a new value. */
  readonly from: string | undefined;
}

/** KV pairs after the changes, and what the changes did. */
export interface EditedKv {
  readonly pairs: ReadonlyMap<string, EditedPair>;
  readonly edits: readonly KvEdit[];
}

/**
 * Applies changes, which must not meet in a key. What is replaced or renamed keeps its place; what
 * is added comes last.
 *
 * @throws {GgufError} `empty-key`, `duplicate-change`, `no-such-key`, `key-exists`, `reserved-key`
 */
export function applyChanges({ kv }: Pick<Gguf, "kv">, changes: readonly KvChange[]): EditedKv {
  checkKeys(changes);
  const edits = changes.map((change) => editOf(change, kv));
  const byKey = new Map(edits.map((edit) => [edit.key, edit]));
  const pairs = new Map<string, EditedPair>();
  for (const [key, value] of kv) {
    const edit = byKey.get(key);
    if (edit === undefined) pairs.set(key, { value, from: key });
    else if (edit.type === "renamed") pairs.set(edit.to, { value, from: key });
    else if (edit.type === "replaced") pairs.set(key, { value: edit.value, from: undefined });
  }
  for (const edit of edits)
    if (edit.type === "added") pairs.set(edit.key, { value: edit.value, from: undefined });
  return { pairs, edits };
}

function checkKeys(changes: readonly KvChange[]): void {
  const seen = new Set<string>();
  for (const change of changes) {
    for (const key of change.type === "rename" ? [change.key, change.to] : [change.key]) {
      if (key === "") refuse("empty-key", key, "the key is empty");
      if (seen.has(key)) refuse("duplicate-change", key, "two changes concern this key");
      seen.add(key);
      // Removing it is how one gets rid of it.
      if (key === ROOM_KEY && change.type !== "remove")
        refuse("reserved-key", key, "it keeps room for later edits, which set it themselves");
    }
  }
}

function editOf(change: KvChange, kv: ReadonlyMap<string, GgufValue>): KvEdit {
  const { key } = change;
  const old = kv.get(key);
  if (change.type === "set") {
    const { value } = change;
    return old === undefined
      ? { type: "added", key, value }
      : { type: "replaced", key, old, value };
  }
  if (old === undefined) return refuse("no-such-key", key, "the file has no such key");
  if (change.type === "remove") return { type: "removed", key, old };
  const { to } = change;
  if (kv.has(to)) refuse("key-exists", to, "the file has this key already");
  return { type: "renamed", key, to, value: old };
}

function refuse(code: GgufErrorCode, key: string, reason: string): never {
  throw new GgufError({ code, reason, key });
}
