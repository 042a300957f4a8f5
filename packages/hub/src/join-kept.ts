import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { PlaceContext, PlannedModel, ResolvedModel } from "./events.ts";
import type { PlannedFile } from "./model-plan.ts";
import { modelPlan } from "./place-plan.ts";
import { readRecord, writeRecord } from "./record.ts";
import { formatModelReference, type ModelReference } from "./reference.ts";

/** What is remembered of each file. */
interface KeptFile {
  path: string;
  bytes: number;
  mtimeMs: number;
}

/**
 * Remembers what a reference was joined to: without a connection nothing else tells, as the shards
 * were never on this machine.
 */
export async function recordKept(
  reference: ModelReference,
  { files: paths, place }: ResolvedModel,
  context: PlaceContext,
): Promise<void> {
  const files = await Promise.all(
    paths.map(async (path): Promise<KeptFile> => {
      const { size, mtimeMs } = await stat(path);
      return { path: resolve(path), bytes: size, mtimeMs };
    }),
  );
  await writeRecord(recordPath(reference, context), { place, files });
}

/** What a reference was joined to, where all of it is there unchanged. */
export async function planKept(
  reference: ModelReference,
  context: PlaceContext,
): Promise<PlannedModel | undefined> {
  const { place, files } = (await readRecord(recordPath(reference, context))) ?? {};
  if (typeof place !== "string" || !Array.isArray(files)) return undefined;
  const kept = files as KeptFile[];
  if (!(await Promise.all(kept.map(isUnchanged))).every(Boolean)) return undefined;
  const planned = kept.map(({ path, bytes }): PlannedFile => {
    return { name: basename(path), path, bytes, state: "present", presentBytes: bytes };
  });
  const [first] = planned;
  if (first === undefined) return undefined;
  const { name, path, bytes } = first;
  const have = planned.map((file) => ({ planned: file, disk: 0 }));
  const plan = await modelPlan(have, { place }, dirname(path));
  return {
    plan: { ...plan, joined: { name, path, bytes: bytes ?? 0, state: "present" } },
    async *fetch() {
      for (const file of planned) yield { type: "cached", file: file.name };
      const paths = planned.map((file) => file.path);
      return { files: paths, reference, place, bytes: plan.bytes ?? 0 };
    },
  };
}

async function isUnchanged({ path, bytes, mtimeMs }: KeptFile): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.size === bytes && stats.mtimeMs === mtimeMs;
}

/** One for each thing that can be asked for. */
function recordPath(reference: ModelReference, { out, filter, settings }: PlaceContext): string {
  const asked = [formatModelReference(reference), out && resolve(out), filter, settings.endpoint];
  const name = createHash("sha256").update(JSON.stringify(asked)).digest("hex");
  return join(settings.cacheDir, "joined", "by-reference", `${name}.json`);
}
