import { basename, dirname, join, resolve } from "node:path";

import type { SplitLimit } from "@ggufkit/shards";
import { planSplitFile, splitFile } from "@ggufkit/shards/node";
import { colours, follow, writeOut } from "@ggufkit/terminal";

import type { CommandContext } from "./program.ts";
import { type PlannedSplit, renderSplitPlan } from "./render-split-plan.ts";
import { shardOutput, type ShardResult } from "./shard-output.ts";
import { refuseLackOfRoom, splitRoom } from "./shard-room.ts";
import { splitLimit } from "./split-arguments.ts";
import type { SplitCommandOptions } from "./split-command.ts";
import { splitPlanJson } from "./split-plan-json.ts";
import { tellWork } from "./work-output.ts";

/**
 * Splits a model and prints where its shards are; or prints what they would be.
 *
 * @throws {UsageError} for limits that are none
 * @throws {GgufError} for a file that is none, or damaged
 * @throws {ShardError} for one that cannot be split so, or shards that cannot be written
 * @throws {NoSpaceError} for a plan that the disk has no room for
 */
export async function splitModel(
  file: string,
  prefix: string,
  options: SplitCommandOptions,
  context: CommandContext,
): Promise<void> {
  const act = options.dryRun ? printPlan : split;
  await act({ file, prefix: resolve(prefix), limit: splitLimit(options) }, options, context);
}

/** What is to be split, and how. */
interface Split {
  readonly file: string;
  /** Absolute. */
  readonly prefix: string;
  readonly limit: SplitLimit;
}

async function printPlan(
  { file, prefix, limit }: Split,
  { tensorFirstSplit, json }: SplitCommandOptions,
  { env, signal }: CommandContext,
): Promise<void> {
  const noTensorFirstSplit = !tensorFirstSplit;
  const plan = await planSplitFile(file, prefix, limit, { noTensorFirstSplit, signal });
  const disk = await splitRoom(plan, prefix);
  const paths = plan.shards.map(({ name }) => join(dirname(prefix), basename(name)));
  const view: PlannedSplit = { file, paths, plan, disk };
  const colour = colours({ stream: process.stdout, env });
  await writeOut(json ? splitPlanJson(view) : renderSplitPlan(view, colour));
  refuseLackOfRoom(disk);
}

async function split(
  { file, prefix, limit }: Split,
  { tensorFirstSplit, force, json }: SplitCommandOptions,
  context: CommandContext,
): Promise<void> {
  const output = shardOutput(
    json === true,
    { file: basename(file), verb: "splitting into" },
    context,
  );
  const options = { noTensorFirstSplit: !tensorFirstSplit, force, signal: context.signal };
  const work = async (): Promise<ShardResult> => {
    const result = await follow(splitFile(file, prefix, limit, options), (event) =>
      output.show(event),
    );
    return { paths: result.files, state: result.state, json: result };
  };
  await tellWork(output, work);
}
