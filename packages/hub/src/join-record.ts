import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readRecord, writeRecord } from "./record.ts";
import type { VerifyContext } from "./verified.ts";

type RecordContext = Pick<VerifyContext, "settings">;

/**
 * Remembers that a joined file, which will be at `path` and is at `from` now, was verified. Renaming
 * it does not change what it is known by, so it is remembered before: no crash comes in between.
 */
export async function recordJoined(
  path: string,
  { from, layout }: { from: string; layout: string },
  context: RecordContext,
): Promise<void> {
  const { size, mtimeMs } = await stat(from);
  await writeRecord(recordPath(path, context), { path, bytes: size, mtimeMs, layout });
}

/** Whether a joined file of this layout is there, as it was verified. */
export async function isRecorded(
  path: string,
  layout: string,
  context: RecordContext,
): Promise<boolean> {
  const record = await readRecord(recordPath(path, context));
  if (record?.["layout"] !== layout) return false;
  const stats = await stat(path).catch(() => undefined);
  return stats?.size === record["bytes"] && stats?.mtimeMs === record["mtimeMs"];
}

function recordPath(path: string, { settings }: RecordContext): string {
  const name = createHash("sha256").update(resolve(path)).digest("hex");
  return join(settings.cacheDir, "joined", `${name}.json`);
}
