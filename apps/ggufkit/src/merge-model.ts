import { basename, resolve } from "node:path";

import { ShardError } from "@ggufkit/shards";
import { mergeFiles, planMergeFiles, unfinishedMerge } from "@ggufkit/shards/node";
import { colours, follow, writeOut } from "@ggufkit/terminal";

import { commandSettings } from "./hub-settings.ts";
import type { MergeCommandOptions } from "./merge-command.ts";
import { mergePlanJson } from "./merge-plan-json.ts";
import type { CommandContext } from "./program.ts";
import { type PlannedMerge, renderMergePlan } from "./render-merge-plan.ts";
import { shardOutput, type ShardResult } from "./shard-output.ts";
import { mergeRoom, refuseLackOfRoom } from "./shard-room.ts";
import { tellWork } from "./work-output.ts";

/**
 * Merges the set that a shard belongs to and prints where the file is; or prints what that would
 * take.
 *
 * @throws {ShardSetError} where a file is missing or damaged, or does not belong to the set
 * @throws {ShardError} where the files cannot be read or OUT cannot be written
 * @throws {NoSpaceError} for a plan that the disk has no room for
 */
export async function mergeModel(
  first: string,
  out: string,
  options: MergeCommandOptions,
  context: CommandContext,
): Promise<void> {
  const act = options.dryRun ? printPlan : merge;
  await act(resolve(first), resolve(out), options, context);
}

async function printPlan(
  first: string,
  out: string,
  { compat, consume, json }: MergeCommandOptions,
  { env, signal }: CommandContext,
): Promise<void> {
  const planned = await planMergeFiles(first, { compat, signal }).catch(async (error: unknown) => {
    throw (await unfinishedError(out)) ?? error;
  });
  const disk = await mergeRoom(planned, out, consume === true);
  const view: PlannedMerge = { out, isConsuming: consume === true, merge: planned, disk };
  const colour = colours({ stream: process.stdout, env });
  await writeOut(json ? mergePlanJson(view) : renderMergePlan(view, colour));
  refuseLackOfRoom(disk);
}

/** Why a set that was being consumed is not whole any longer. */
async function unfinishedError(out: string): Promise<ShardError | undefined> {
  const left = await unfinishedMerge(out);
  if (left === undefined) return undefined;
  const done = `${left.merged} of ${left.files.length} files are merged, and may be removed`;
  const problem = `an earlier merge was cut short: ${done}; without --dry-run it is finished`;
  return new ShardError("unfinished-merge", out, problem);
}

async function merge(
  first: string,
  out: string,
  { compat, consume, force, json }: MergeCommandOptions,
  context: CommandContext,
): Promise<void> {
  const output = shardOutput(json === true, { file: basename(out), verb: "merging" }, context);
  const { signal } = context;
  let isFreed = false;
  const work = async (): Promise<ShardResult> => {
    const settings = await commandSettings(context);
    const options = { compat, consume, force, settings, signal };
    const merged = await follow(mergeFiles(first, out, options), (event) => {
      isFreed ||= event.type === "freed" || event.type === "resumed";
      return output.show(event);
    });
    return { paths: [merged.path], state: merged.state, json: merged };
  };
  await tellWork(output, work, () => (isFreed ? KEPT : undefined));
}

const KEPT = "what was merged is kept: the same command goes on from there";
