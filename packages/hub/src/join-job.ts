import { join } from "node:path";
import type { ModelPlan } from "./model-plan.ts";
import type { Digest } from "./digest.ts";
import type { PlaceContext } from "./events.ts";
import { safeFileName } from "./file-name.ts";
import type { Fetch } from "./http.ts";
import { layoutId, segmentsOf, type LaidOutFile } from "./join-layout.ts";
import type { JoinedFile, JoinFiles } from "./join.ts";
import type { FileToHave } from "./place-plan.ts";
import type { Located, RemoteFile } from "./transfer/remote-file.ts";
import { workTarget } from "./transfer/target.ts";
import type { TransferFile } from "./transfer/transfer-file.ts";

/** A file that is to be joined with others, as its place knows it. */
export interface JoinShard extends LaidOutFile {
  /** Where it is on this machine, verified. */
  local: string | undefined;
  remote: RemoteFile;
  /** Where it was found, if it was asked for. */
  located?: Located | undefined;
  digest: Digest | undefined;
}

/** The files of a model, as a place hands them over. */
export interface JoinSet {
  /** In order, more than one. */
  shards: readonly JoinShard[];
  /** What stays as it is. */
  others: readonly FileToHave[];
  /** Reads ranges of the shards that are not here. */
  fetch: Fetch;
  /** Where a joined file of this layout is kept, unless a directory was asked for. */
  directoryOf: (layout: string) => string;
  rest: Pick<ModelPlan, "place" | "quantization" | "reason" | "mmproj">;
}

/** The files that there are of a joined file on its way. */
export interface JoinWork {
  /** Which process may work on it. */
  claim: string;
  /** Holds all the others, and goes when the file is there. */
  directory: string;
  /** The joined file, until it is whole. */
  partial: string;
  /** Says of what layout these are. */
  identity: string;
}

/** A joined file that is to be had. */
export interface JoinJob {
  set: JoinSet;
  join: JoinFiles;
  joined: JoinedFile;
  /** {@link layoutId} */
  layout: string;
  /** Its final name. */
  path: string;
  /** Empty directories go, up to this one. */
  root: string;
  work: JoinWork;
}

/** Where a joined file goes, and where it grows. Pure. */
export function joinJob(
  { set, join: joinFiles, joined }: Pick<JoinJob, "set" | "join" | "joined">,
  { out, settings }: PlaceContext,
): JoinJob {
  const layout = layoutId(joined, set.shards);
  const path = join(out ?? set.directoryOf(layout), joined.name);
  const workDir = out === undefined ? set.directoryOf(layout) : join(out, ".cache", "ggufkit");
  const { claim } = workTarget(path, workDir);
  const directory = join(workDir, `${joined.name}.join`);
  const work: JoinWork = {
    claim,
    directory,
    partial: join(directory, "joined.incomplete"),
    identity: join(directory, "layout.json"),
  };
  return { set, join: joinFiles, joined, layout, path, root: out ?? settings.cacheDir, work };
}

/** How a shard comes: its ranges to their places in the joined file, the rest beside it. Pure. */
export function shardTransfer(
  { joined, layout, path, work }: JoinJob,
  { bytes, digest, local, located, remote }: JoinShard,
  index: number,
): TransferFile {
  const name = safeFileName(remote.name, `${index}`);
  const segments = { layout, pieces: segmentsOf(joined, index, work.partial) };
  const target = { ...workTarget(join(work.directory, name), work.directory), segments };
  const isThere = async (): Promise<boolean> => false;
  const finish = async (): Promise<void> => {};
  const transfer = { remote, path, bytes, digest, local, target, isThere, finish };
  return { ...transfer, ...(located && { located }) };
}

/** {@link shardTransfer} for every shard. */
export function shardTransfers(job: JoinJob): TransferFile[] {
  return job.set.shards.map((shard, index) => shardTransfer(job, shard, index));
}
