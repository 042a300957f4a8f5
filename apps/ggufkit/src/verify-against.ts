import { basename } from "node:path";

import { cachedSource, urlSource } from "@ggufkit/gguf";
import {
  locateRemoteModel,
  parseModelReference,
  planModel,
  type HubReference,
  type HubSettings,
  type ModelPlan,
  type PlannedFile,
  type UrlReference,
} from "@ggufkit/hub";
import { findShardSet, type OriginalShard } from "@ggufkit/shards/node";
import { UsageError } from "@ggufkit/terminal";

import { AgainstError } from "./errors.ts";
import { commandSettings } from "./hub-settings.ts";
import type { CommandContext } from "./program.ts";

/** What files here are held against. */
export type Against =
  /** The sha256 that they must have, by file name. */
  | { readonly digests: ReadonlyMap<string, string> }
  /** The shards that the one file here is to be merged of. */
  | { readonly shards: readonly OriginalShard[] };

/**
 * What SOURCE tells of the files beside `first`.
 *
 * @throws {UsageError} for a SOURCE on this machine
 * @throws {AgainstError} as {@link matchDigests}
 * @throws {HubError} for a SOURCE that is none, or cannot be reached
 * @throws {ShardError} where the directory of `first` cannot be read
 */
export async function findAgainst(
  source: string,
  first: string,
  context: CommandContext,
): Promise<Against> {
  const reference = parseModelReference(source);
  if (reference.kind === "file")
    throw new UsageError(`--against ${source}: expected hf:owner/name:QUANT, a URL or an alias`);
  const settings = await commandSettings(context);
  const [there, here] = await Promise.all([
    planModel(reference, { settings, signal: context.signal }),
    findShardSet(first),
  ]);
  const isSplit = there.files.length > 1;
  if (here.kind === "file" && isSplit && (reference.kind === "hub" || reference.kind === "url"))
    return { shards: await originalsOf(source, { reference, plan: there }, settings, context) };
  const names = here.files.map((path) => basename(path));
  return { digests: matchDigests(source, there.files, names) };
}

/** The shards of a model where they are. */
async function originalsOf(
  source: string,
  { reference, plan }: { reference: HubReference | UrlReference; plan: ModelPlan },
  settings: HubSettings,
  { signal }: CommandContext,
): Promise<OriginalShard[]> {
  const { files, fetch } = await locateRemoteModel(reference, { settings, signal });
  return plan.files.map(({ name: path, bytes, sha256 }): OriginalShard => {
    const name = baseOf(path);
    const url = files.find((file) => file.name === name)?.url;
    if (sha256 === undefined || bytes === undefined || url === undefined)
      throw new AgainstError("no-sha256", source, "does not tell the sha256 of its files");
    // Their headers are read twice, and nothing else.
    return { name, bytes, sha256, source: cachedSource(urlSource(url, { fetch, signal })) };
  });
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
