import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { GgufError, type KvChange } from "@ggufkit/gguf";
import { editFile, type EditFileOptions, planFileEdit } from "@ggufkit/gguf/node";
import { colours, follow, UsageError, writeOut } from "@ggufkit/terminal";
import { Command } from "commander";

import { parseRename, parseSet, parseValue } from "./edit-arguments.ts";
import { editJson } from "./edit-json.ts";
import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";
import { type Edit, renderEdit, renderEditPlan } from "./render-edit.ts";
import { parseSize } from "./size-argument.ts";

interface EditCommandOptions {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly rename?: readonly string[];
  readonly leaveRoom?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
TYPE is u8, i8, u16, i16, u32, i32, u64, i64, f32, f64, bool or string, or an array of one such as
u32[], whose VALUE is JSON. A VALUE of @FILE is read from a file; @@ stands for one @ that is meant.

Tensors are never touched. IN itself is edited, or OUT is written, in place of what is there, and
IN left alone. The header is overwritten where the tensors can stay where they are, else the file
is written anew; --leave-room then keeps bytes for later edits. An edit that a crash cuts short is
undone by the next one.

Examples:
  ggufkit edit model.gguf --set general.name=string:Qwen3 --dry-run
  ggufkit edit model.gguf --set tokenizer.chat_template=string:@template.jinja
  ggufkit edit model.gguf --set tokenizer.ggml.eos_token_id=u32:151645 --remove general.url
  ggufkit edit model.gguf fixed.gguf --rename llama.vocab_size=llama.vocabulary_size
  ggufkit edit model.gguf --set 'general.tags=string[]:["chat", "math"]' --leave-room 64K`;

/** Less than this is written before anybody could read a bar. */
const LEAST_BYTES_TO_SHOW = 2 ** 28;

/** `ggufkit edit`. */
export function editCommand(context: CommandContext): Command {
  return new Command("edit")
    .description("Change the metadata of a GGUF file, without touching its tensors.")
    .argument("<in>", "a GGUF file")
    .argument("[out]", "where to write the edited file (default: the file itself)")
    .option("--set <key=type:value>", "set a key, repeatable", collect)
    .option("--remove <key>", "remove a key, repeatable", collect)
    .option("--rename <old=new>", "rename a key, repeatable", collect)
    .option("--leave-room <size>", "bytes to keep for later edits where the file is written anew")
    .option("--dry-run", "show what would change, and write nothing")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action((file: string, out: string | undefined, options: EditCommandOptions) =>
      runEdit(file, out, options, context),
    );
}

async function runEdit(
  file: string,
  out: string | undefined,
  options: EditCommandOptions,
  context: CommandContext,
): Promise<void> {
  const changes = await changesOf(options);
  if (changes.length === 0)
    throw new UsageError("nothing to change: expected --set, --remove or --rename");
  const { leaveRoom, dryRun = false, json } = options;
  const room = leaveRoom === undefined ? undefined : parseSize("--leave-room", leaveRoom);
  const editOptions: EditFileOptions = { out, room, signal: context.signal };
  const plan = await refusingNonsense(() =>
    dryRun
      ? planFileEdit(file, changes, editOptions)
      : makeEdit(file, changes, editOptions, context),
  );
  const edit: Edit = { file, out, plan };
  const colour = colours({ stream: process.stdout, env: context.env });
  if (json) await writeOut(editJson(edit, dryRun));
  else await writeOut(dryRun ? renderEditPlan(edit, colour) : renderEdit(edit));
}

async function changesOf({ set, remove, rename }: EditCommandOptions): Promise<KvChange[]> {
  const sets = (set ?? []).map(async (word): Promise<KvChange> => {
    const argument = parseSet(word);
    const content =
      "file" in argument.value ? await readFile(argument.value.file) : argument.value.text;
    return { type: "set", key: argument.key, value: parseValue(argument, content) };
  });
  const removes = (remove ?? []).map((key): KvChange => ({ type: "remove", key }));
  const renames = (rename ?? []).map((word): KvChange => ({
    type: "rename",
    ...parseRename(word),
  }));
  return [...(await Promise.all(sets)), ...removes, ...renames];
}

async function makeEdit(
  file: string,
  changes: readonly KvChange[],
  options: EditFileOptions,
  { env }: CommandContext,
): Promise<Edit["plan"]> {
  // Only now: it takes longer than an edit in place does.
  const { progress } = await import("@ggufkit/terminal/progress");
  const shown = progress({ env });
  try {
    const { plan } = await follow(editFile(file, changes, options), (event) => {
      if (event.type === "restored")
        shown.note(`${event.file}: an edit had been cut short; its old header was put back`);
      if (event.type !== "progress" || event.total < LEAST_BYTES_TO_SHOW) return;
      const { done, total } = event;
      shown.update({ label: basename(event.file), done, total, unit: "bytes" });
    });
    return plan;
  } finally {
    shown.end();
  }
}

/** Codes of what is wrong with the command line, whatever the file. */
const NONSENSE: ReadonlySet<string> = new Set([
  "empty-key",
  "duplicate-change",
  "reserved-key",
  "bad-value",
]);

async function refusingNonsense<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GgufError) || !NONSENSE.has(error.code)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
