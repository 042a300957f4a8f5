import { OfflineError } from "./errors.ts";
import type { ResolveOptions } from "./events.ts";
import { getHubFile } from "./hub-client.ts";
import { placeContext } from "./place-context.ts";
import { formatModelReference, type HubReference } from "./reference.ts";

/** A repository's model card. */
export interface HubCard {
  /** Markdown, with its front matter. */
  text: string;
  /** The page that people read it on. */
  url: string;
}

/** The longest real cards, with the results of embedding models, have some 500 kB. */
const MAX_CARD_BYTES = 4 << 20;

/**
 * Fetches a repository's model card, its README.md.
 * @throws HttpStatusError and its kind (NotFoundError where there is no card), NetworkError,
 * OfflineError, SettingsError; the signal's reason when aborted.
 */
export async function readHubCard(
  reference: HubReference,
  options: ResolveOptions,
): Promise<HubCard> {
  const context = placeContext(options);
  if (context.settings.offline) throw new OfflineError(formatModelReference(reference));
  const bytes = await getHubFile(reference, "README.md", MAX_CARD_BYTES, context);
  const { endpoint } = context.settings;
  return { text: new TextDecoder().decode(bytes), url: `${endpoint}/${reference.repo}` };
}
