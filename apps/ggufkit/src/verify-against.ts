import { basename } from "node:path";

import { parseModelReference, planModel, type PlannedFile } from "@ggufkit/hub";
import { findShardSet } from "@ggufkit/shards/node";
import { UsageError } from "@ggufkit/terminal";

import { AgainstError } from "./errors.ts";
import { commandSettings } from "./hub-settings.ts";
import type { CommandContext } from "./program.ts";

/**
 * The sha256 that the files beside `first` must have, by file name, as SOURCE tells them.
 *
 * @throws {UsageError} for a SOURCE on this machine
 * @throws {AgainstError} as {@link matchDigests}
 * @throws {HubError} for a SOURCE that is none, or cannot be reached
 * @throws {ShardError} where the directory of `first` cannot be read
 */
export async function digestsOf(
  source: string,
  first: string,
  context: CommandContext,
): Promise<ReadonlyMap<string, string>> {
  const reference = parseModelReference(source);
  if (reference.kind === "file")
    throw new UsageError(`--against ${source}: expected hf:owner/name:QUANT, a URL or an alias`);
  const settings = await commandSettings(context);
  const [there, here] = await Promise.all([
    planModel(reference, { settings, signal: context.signal }),
    findShardSet(first),
  ]);
  const names = here.files.map((path) => basename(path));
  return matchDigests(source, there.files, names);
}

/**
 * The sha256 of the files of a place, by file name, for files here of the same names. Where there is
 * one on both sides, its name does not matter. Pure.
 *
 * @throws {AgainstError} `no-sha256`, or `other-files` where no name is the same
 */
export function matchDigests(
  source: string,
  there: readonly Pick<PlannedFile, "name" | "sha256">[],
  here: readonly string[],
): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { name, sha256 } of there) if (sha256 !== undefined) digests.set(baseOf(name), sha256);
  const [digest] = digests.values();
  if (digest === undefined)
    throw new AgainstError("no-sha256", source, "does not tell the sha256 of its files");
  const [name] = here;
  if (name === undefined || here.some((own) => digests.has(own))) return digests;
  if (there.length === 1 && here.length === 1) return new Map([[name, digest]]);
  const got = listed([...digests.keys()]);
  throw new AgainstError("other-files", source, `expected ${listed(here)}, got ${got}`);
}

/** A path in a repository has slashes on every system. */
function baseOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** A set may have thousands. */
const MOST_NAMED = 3;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
