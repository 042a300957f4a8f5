import { basename } from "node:path/posix";
import { OfflineError } from "./errors.ts";
import type { PlaceContext, ResolveOptions } from "./events.ts";
import { chooseHubFiles } from "./hub-choice.ts";
import { hubFileUrl, hubRangeFetch, listHubFiles } from "./hub-client.ts";
import { statusError, type Fetch } from "./http.ts";
import { placeContext } from "./place-context.ts";
import { rangeFetch } from "./range-fetch.ts";
import { formatModelReference, type HubReference, type UrlReference } from "./reference.ts";
import { fileNameOf, shardUrls } from "./url-names.ts";

/** A file of a model that is read where it is. */
export interface RemoteFile {
  name: string;
  url: string;
}

/** A model that is read where it is, by ranges of its files. */
export interface RemoteModel {
  /** The first shard first. */
  files: RemoteFile[];
  /** Asks for the files: with the Hub's token where it belongs and nowhere else. */
  fetch: Fetch;
  /** Why these files, where the reference left that open. */
  reason?: string;
}

/**
 * Finds out where a model's files are, without fetching any of them.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, FileNotFoundError,
 * QuantizationError, MissingShardError; the signal's reason when aborted.
 */
export async function locateRemoteModel(
  reference: HubReference | UrlReference,
  options: ResolveOptions,
): Promise<RemoteModel> {
  const context = placeContext(options);
  if (context.settings.offline) throw new OfflineError(formatModelReference(reference));
  return reference.kind === "hub" ? onHub(reference, context) : atUrl(reference, context);
}

async function onHub(reference: HubReference, context: PlaceContext): Promise<RemoteModel> {
  const { commit, files } = await listHubFiles(reference, context);
  const { paths, reason } = chooseHubFiles(
    reference,
    files.map(({ path }) => path),
  );
  return {
    files: paths.map((path) => ({
      name: basename(path),
      url: hubFileUrl(reference, { commit, path }, context),
    })),
    fetch: hubRangeFetch(reference, context),
    ...(reason !== undefined && { reason }),
  };
}

function atUrl({ url }: UrlReference, context: PlaceContext): RemoteModel {
  return {
    files: shardUrls(url).map((shard) => ({ name: fileNameOf(shard), url: shard })),
    fetch: rangeFetch(context, { errorOf: statusError }),
  };
}
