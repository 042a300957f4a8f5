import { urlSource } from "@ggufkit/gguf";
import {
  locateRemoteModel,
  parseModelReference,
  resolveModel,
  type HubReference,
  type HubSettings,
  type ModelReference,
  type UrlReference,
} from "@ggufkit/hub";
import { follow } from "@ggufkit/terminal";
import { transferDisplay } from "@ggufkit/terminal/transfer";
import { commandSettings } from "./hub-settings.ts";
import type { CommandContext } from "./program.ts";
import { locateFiles, type LocatedModel } from "./source.ts";

/**
 * Finds the files of a model that is not on this machine, with progress on stderr. Offline, one on
 * the Hub or at a URL is taken from the cache.
 *
 * @throws {HubError}
 */
export async function locateElsewhere(
  source: string,
  context: CommandContext,
): Promise<LocatedModel> {
  const reference = parseModelReference(source);
  // The reader of files says what is wrong with a path.
  if (reference.kind === "file") return locateFiles(reference.path);
  const settings = await commandSettings(context);
  const isRemote = reference.kind === "hub" || reference.kind === "url";
  return isRemote && !settings.offline
    ? locateRemote(reference, settings, context)
    : fetchModel(source, reference, settings, context);
}

async function locateRemote(
  reference: HubReference | UrlReference,
  settings: HubSettings,
  { env, signal }: CommandContext,
): Promise<LocatedModel> {
  const shown = transferDisplay({ env });
  try {
    const { files, fetch, reason } = await locateRemoteModel(reference, { settings, signal });
    if (reason !== undefined) shown.note(`${files[0]?.name}: ${reason}`);
    return {
      files: files.map(({ url }) => ({
        name: new URL(url).origin + new URL(url).pathname,
        open: () => Promise.resolve(urlSource(url, { fetch })),
      })),
      missing: [],
    };
  } finally {
    shown.end();
  }
}

async function fetchModel(
  source: string,
  reference: ModelReference,
  settings: HubSettings,
  { env, signal }: CommandContext,
): Promise<LocatedModel> {
  const shown = transferDisplay({ env });
  try {
    const resolving = resolveModel(reference, { settings, signal });
    const { files } = await follow(resolving, (event) => shown.show(event));
    return await locateFiles(files[0] ?? source);
  } finally {
    shown.end();
  }
}
