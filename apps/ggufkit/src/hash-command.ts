import { basename } from "node:path";

import { formatManifest, GgufError, HASH_ALGORITHMS, type HashAlgorithm } from "@ggufkit/gguf";
import { checkFileHashes, hashFile, type HashEvent, readManifest } from "@ggufkit/gguf/node";
import { colours, follow, InvalidInputError, singleLine, writeOut } from "@ggufkit/terminal";
import { Command, InvalidArgumentError, Option } from "commander";

import { hashProgress } from "./hash-progress.ts";
import type { CommandContext } from "./program.ts";
import {
  checkJson,
  type CheckReport,
  digestsJson,
  renderCheck,
  whyItFailed,
} from "./render-hashes.ts";

interface HashCommandOptions {
  readonly algorithm?: readonly HashAlgorithm[];
  /** False with --no-layers. */
  readonly layers: boolean;
  readonly check?: string;
  readonly json?: true;
}

const HELP = `
Hashes the data of the tensors, without padding and metadata: editing the metadata of a model
leaves its hashes as they are. Prints what llama-gguf-hash prints, whose --check reads it, and
checks what llama-gguf-hash has printed. A uuid is of the whole model alone.

Of a split model, the file named is hashed and no other shard, as llama-gguf-hash does.

With --check, all lines of the manifest that are about FILE are checked, or with --algorithm
those. Exit code 3 means that a line is wrong, or that no line is about FILE.

Examples:
  ggufkit hash model.gguf
  ggufkit hash model.gguf --algorithm sha256 > model.gguf.manifest
  ggufkit hash model.gguf --check model.gguf.manifest
  ggufkit hash model.gguf --algorithm uuid --no-layers`;

/** `ggufkit hash`. */
export function hashCommand(context: CommandContext): Command {
  return new Command("hash")
    .description("Hash a model's tensors as llama-gguf-hash does, or check them by a manifest.")
    .argument("<file>", "a GGUF file")
    .addOption(
      new Option(
        "--algorithm <name>",
        `${HASH_ALGORITHMS.join(", ")}, repeatable (default: xxh64, or with --check all listed)`,
      ).argParser(collect),
    )
    .option("--no-layers", "the digest of the whole model only, none of single tensors")
    .option("--check <manifest>", "compare with the digests in this file")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (file: string, options: HashCommandOptions) => {
      if (options.check === undefined) await printHashes(file, options, context);
      else await printCheck(file, options.check, options, context);
    });
}

function collect(
  name: string,
  earlier: readonly HashAlgorithm[] | undefined,
): readonly HashAlgorithm[] {
  const algorithm = HASH_ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined)
    throw new InvalidArgumentError(`Expected one of ${HASH_ALGORITHMS.join(", ")}.`);
  return [...(earlier ?? []), algorithm];
}

async function printHashes(
  file: string,
  options: HashCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { algorithm: algorithms, layers, json } = options;
  const work = hashFile(file, { algorithms, layers, signal: context.signal });
  const digests = await followShown(work, file, context);
  await writeOut(json ? digestsJson(digests, file) : formatManifest(digests, file));
}

async function printCheck(
  path: string,
  manifest: string,
  options: HashCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { algorithm: algorithms, layers, json } = options;
  const report = await invalidInput(async () => {
    const listed = await readManifest(manifest);
    const work = checkFileHashes(path, listed, { algorithms, layers, signal: context.signal });
    const check = await followShown(work, path, context);
    return { ...check, path, manifest, files: listed.files };
  });
  noteOtherName(report);
  const colour = colours({ stream: process.stdout, env: context.env });
  await writeOut(json ? checkJson(report) : renderCheck(report, colour));
  if (!report.ok) throw new InvalidInputError(whyItFailed(report));
}

/** The manifest's only file counts under whatever name. */
function noteOtherName({ file, path, manifest }: CheckReport): void {
  if (file === undefined || file.endsWith(basename(path))) return;
  const line = `${path} is checked as ${file}, the only file that ${manifest} lists`;
  process.stderr.write(`${singleLine(line)}\n`);
}

async function followShown<Result>(
  work: AsyncGenerator<HashEvent, Result>,
  file: string,
  context: CommandContext,
): Promise<Result> {
  const shown = hashProgress(file, context);
  try {
    return await follow(work, (event) => shown.show(event));
  } finally {
    shown.end();
  }
}

/** What is wrong with this machine, and not with the file or the manifest. */
const NOT_INVALID: ReadonlySet<string> = new Set([
  "cannot-open-file",
  "not-a-file",
  "file-changed",
  "hash-worker-failed",
]);

/** Makes an error about the file or the manifest one that ends with exit code 3. */
async function invalidInput<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GgufError) || NOT_INVALID.has(error.code)) throw error;
    throw new InvalidInputError(error.message, { cause: error });
  }
}
