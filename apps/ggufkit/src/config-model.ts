import { writeFile } from "node:fs/promises";

import {
  isRuntimeId,
  type KvType,
  planRun,
  renderRun,
  type RunPlan,
  RUNTIMES,
  type RuntimeId,
  type Shell,
  type TargetOptions,
  type TargetRun,
  type Wishes,
} from "@ggufkit/runtime-config";
import { colours, singleLine, UsageError, writeOut } from "@ggufkit/terminal";

import type { ConfigCommandOptions } from "./config-command.ts";
import { configJson } from "./config-json.ts";
import { jsonText } from "./json-text.ts";
import { machineOf } from "./machine-arguments.ts";
import { readRunnableModel } from "./model-facts.ts";
import type { CommandContext } from "./program.ts";
import { renderExplanation } from "./render-config.ts";
import { parseSampling } from "./sampling-argument.ts";
import { parseWhole } from "./whole-argument.ts";

/**
 * Prints how to run a model in a runtime, or saves it.
 *
 * @throws {UsageError | InvalidWishError} for options that make no sense
 * @throws {GgufError | UnreadableError} for a model that no run can be planned of
 */
export async function configModel(
  source: string,
  options: ConfigCommandOptions,
  context: CommandContext,
): Promise<void> {
  const runtime = runtimeOf(options.for);
  const wishes = wishesOf(options);
  const machine = await machineOf(options, context.env);
  const { facts, path, shards } = await readRunnableModel(source, context);
  const plan = planRun(facts, wishes, machine);
  const run = renderRun(runtime, {
    plan,
    model: facts,
    place: { path, shards },
    options: targetOptionsOf(options),
  });
  await writeNotes(plan, run, context);
  for (const { name, text } of run.files ?? []) await writeFile(name, text);
  if (options.out !== undefined) await writeFile(options.out, ended(run.text));
  await writeOut(textOf(plan, run, options, context));
}

function runtimeOf(word: string): RuntimeId {
  if (isRuntimeId(word)) return word;
  throw new UsageError(`--for ${word}: expected one of ${RUNTIMES.join(", ")}`);
}

function wishesOf(options: ConfigCommandOptions): Wishes {
  const { ctx, thinking, kvType, prefer } = options;
  const whole = (option: string, word: string | undefined): number | undefined =>
    word === undefined ? undefined : parseWhole(option, word);
  return {
    context: ctx === "max" ? ctx : whole("--ctx", ctx),
    parallel: whole("--parallel", options.parallel),
    threads: whole("--threads", options.threads),
    thinking: thinking === undefined ? undefined : thinking === "on",
    // Checked by the plan, which knows the types.
    kvType: kvType as KvType | undefined,
    prefer,
    sampling: parseSampling(options.sampling ?? []),
    seed: whole("--seed", options.seed),
    outputTokens: whole("--output-tokens", options.outputTokens),
    hardProblems: options.hard,
  };
}

function targetOptionsOf(options: ConfigCommandOptions): TargetOptions {
  const { shell, llamaBuild, rpc, baseModel, hosts, headAddress, template } = options;
  return {
    shell: shell as Shell,
    llamaBuild,
    rpc,
    baseModel,
    hosts: hosts === undefined ? undefined : parseWhole("--hosts", hosts),
    headAddress,
    templateFile: template,
  };
}

/** stdout is for what to run alone: the rest goes to stderr, unless it is part of the document. */
async function writeNotes(plan: RunPlan, run: TargetRun, { env }: CommandContext): Promise<void> {
  const colour = colours({ stream: process.stderr, env });
  const lines = [
    ...plan.warnings.map(
      ({ code, message }) => `${colour.yellow("warning")}: ${message} (${code})`,
    ),
    ...run.losses.map(
      ({ setting, message }) => `${colour.yellow("not told")}: ${setting}: ${message}`,
    ),
    ...run.before.map((command) => `${colour.yellow("first")}: ${command}`),
  ];
  if (lines.length > 0) process.stderr.write(`${lines.map(singleLine).join("\n")}\n`);
}

function textOf(
  plan: RunPlan,
  run: TargetRun,
  { json, explain, out }: ConfigCommandOptions,
  { env }: CommandContext,
): string {
  if (json) return jsonText(configJson(plan, run));
  const colour = colours({ stream: process.stdout, env });
  const explanation = explain ? renderExplanation(plan, colour) : "";
  return explanation + (out === undefined ? ended(run.text) : "");
}

function ended(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
