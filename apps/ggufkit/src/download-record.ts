import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { HubEvent, ModelPlan, ResolvedModel } from "@ggufkit/hub";

/** What the events of a download tell of its result. */
export interface DownloadRecord {
  readonly plan?: ModelPlan;
  /** By a file's name, as it was computed. */
  readonly verified: ReadonlyMap<string, string>;
  /** Whether there is a part of the model that the next run goes on from. */
  readonly isPartKept: boolean;
}

export const NO_RECORD: DownloadRecord = { verified: new Map(), isPartKept: false };

/** The record after an event. Pure. */
export function foldRecord(record: DownloadRecord, event: HubEvent): DownloadRecord {
  switch (event.type) {
    case "place-failed":
      return NO_RECORD;
    case "planned":
      return { ...record, plan: event.plan };
    case "verified":
      return { ...record, verified: new Map(record.verified).set(event.file, event.sha256) };
    case "resumed":
      return { ...record, isPartKept: true };
    case "progress":
      // What pip fetches is no file of the plan, and pip does not go on.
      return event.done > 0 && record.plan?.files.some(({ name }) => name === event.file)
        ? { ...record, isPartKept: true }
        : record;
    default:
      return record;
  }
}

/** A file of the result. */
export interface DownloadedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex, where it is known. */
  readonly sha256?: string;
}

/** A model that is there. */
export interface DownloadedModel {
  /** The reference as text, with the commit or version where there is one. */
  readonly place: string;
  readonly quantization?: string;
  /** Of all files together. */
  readonly bytes: number;
  /** The first shard first. */
  readonly files: readonly DownloadedFile[];
}

/** Puts together what the work returned and what it told on the way. */
export async function downloadedModel(
  model: ResolvedModel,
  { plan, verified }: DownloadRecord,
): Promise<DownloadedModel> {
  const files = model.files.map(async (file): Promise<DownloadedFile> => {
    const path = resolve(file);
    // The sha256 of shards say nothing of the file that they were merged into.
    const isJoined = plan?.joined !== undefined && resolve(plan.joined.path) === path;
    const planned = plan?.files.find((candidate) => !isJoined && resolve(candidate.path) === path);
    const sha256 = verified.get(planned?.name ?? "") ?? planned?.sha256 ?? model.sha256;
    return { path, bytes: (await stat(path)).size, ...(sha256 !== undefined && { sha256 }) };
  });
  const { reference, place, bytes } = model;
  return {
    // A plan knows the commit; what is in a wheel, and of which version, it may not know.
    place: reference.kind === "hub" ? (plan?.place ?? place) : place,
    ...(plan?.quantization !== undefined && { quantization: plan.quantization }),
    bytes,
    files: await Promise.all(files),
  };
}
