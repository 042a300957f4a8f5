import { realpath, stat } from "node:fs/promises";

import type { KvChange } from "../edit/kv-change.ts";
import { planEdit, type EditPlan } from "../edit/plan-edit.ts";
import { GgufError } from "../format/gguf-error.ts";
import { readGguf } from "../read/read-gguf.ts";
import { writeInPlace } from "./edit-in-place.ts";
import { journalPath, readJournal } from "./edit-journal.ts";
import { undoUnfinishedEdit } from "./edit-recovery.ts";
import { rewrite, type RewriteTarget } from "./edit-rewrite.ts";
import { identityAt } from "./file-identity.ts";
import { openFile, type FileSource } from "./file-source.ts";

/** How a file is edited. */
export interface EditFileOptions {
  /**
   * Where the edited file is written; what is there is replaced, and the original is left alone.
   * Default: the file itself, which the path may name through a symbolic link.
   */
  readonly out?: string | undefined;
  /** Bytes to keep free for later edits where the file is rewritten. Default 0. */
  readonly room?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What happens while a file is edited. */
export type EditEvent =
  /** An earlier edit had been cut short; the file has its old header again. */
  | { readonly type: "restored"; readonly file: string }
  | { readonly type: "planned"; readonly plan: EditPlan }
  /** In bytes. */
  | {
      readonly type: "progress";
      readonly file: string;
      readonly done: number;
      readonly total: number;
    };

/** An edit that has been made. */
export interface EditResult {
  /** The edited file, with symbolic links resolved. */
  readonly file: string;
  readonly plan: EditPlan;
}

/**
 * Changes the KV pairs of a file: by overwriting its header where the data can stay where it is,
 * else by writing the file anew under a temporary name. On an error, or where it is stopped, the
 * file is as it was; an edit that a crash cuts short is undone by the next one. One edit of a file
 * at a time.
 *
 * @throws {GgufError} as `openFile`, `readGguf` and `planEdit`; `file-changed` where something else
 * wrote to the file meanwhile, `unfinished-edit`, `cannot-write-file`
 */
export async function* editFile(
  path: string,
  changes: readonly KvChange[],
  options: EditFileOptions = {},
): AsyncGenerator<EditEvent, EditResult, undefined> {
  const { signal } = options;
  const places = await placesOf(path, options.out);
  if (await undoUnfinishedEdit(places.file)) yield { type: "restored", file: places.file };
  const identity = await identityAt(places.file);
  const file = await openFile(places.file);
  try {
    const plan = await planFrom(file, changes, places, options);
    yield { type: "planned", plan };
    if (plan.way === "in-place") {
      await writeInPlace(file, plan, identity, signal);
    } else {
      const total = plan.header.length + Math.max(0, file.byteLength - plan.oldDataOffset);
      const target: RewriteTarget = { path: places.target, mode: await modeOf(places.file) };
      for await (const done of rewrite(file, plan, target, identity, signal))
        yield { type: "progress", file: places.target, done, total };
    }
    return { file: places.target, plan };
  } finally {
    await file.close();
  }
}

/**
 * Works out what `editFile` would do, and writes nothing.
 *
 * @throws {GgufError} as `editFile`; `unfinished-edit` where an edit was cut short
 */
export async function planFileEdit(
  path: string,
  changes: readonly KvChange[],
  options: EditFileOptions = {},
): Promise<EditPlan> {
  const places = await placesOf(path, options.out);
  const journal = await readJournal(places.file);
  if (journal !== undefined && journal !== "incomplete") {
    const reason = `an edit was cut short; the next one puts the old header back from ${journalPath(places.file)}`;
    throw new GgufError({ code: "unfinished-edit", reason, file: places.file });
  }
  const file = await openFile(places.file);
  try {
    return await planFrom(file, changes, places, options);
  } finally {
    await file.close();
  }
}

async function planFrom(
  file: FileSource,
  changes: readonly KvChange[],
  { target }: Places,
  { room, signal }: EditFileOptions,
): Promise<EditPlan> {
  const gguf = await readGguf(file, { signal, file: file.path });
  return planEdit(gguf, changes, { room, elsewhere: target !== file.path });
}

/** The file and where its edited form goes, both without symbolic links. */
interface Places {
  readonly file: string;
  readonly target: string;
}

async function placesOf(path: string, out: string | undefined): Promise<Places> {
  const file = await resolved(path);
  if (out === undefined) return { file, target: file };
  const there = await stat(out).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    const got = there.isDirectory() ? "a directory" : "a device, pipe or socket";
    throw new GgufError({ code: "not-a-file", reason: `is ${got}, not a file`, got, file: out });
  }
  return { file, target: await resolved(out) };
}

/** Whoever opens or creates a file that is not there says so. */
function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function modeOf(path: string): Promise<number> {
  const { mode } = await stat(path);
  return mode & 0o777;
}
