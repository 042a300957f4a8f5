import { findModelAlias, type ModelAlias } from "./aliases.ts";
import { AliasUnavailableError, HubError, UnknownAliasError } from "./errors.ts";
import type { HubEvent, PlaceContext, ResolvedModel, Resolving } from "./events.ts";
import { parseModelReference, type AliasReference, type ModelReference } from "./reference.ts";

/** Resolves one place of an alias; handed in, since a place may not import the dispatcher. */
export type ResolvePlace = (reference: ModelReference, context: PlaceContext) => Resolving;

/**
 * A model of the curated table: from a cache when it is in one, else from the first place that
 * delivers exactly its bytes. Each place keeps the file where it always does, so that there is one
 * copy and its own reference finds it too.
 * @throws UnknownAliasError, AliasUnavailableError; the signal's reason when aborted.
 */
export async function* resolveAlias(
  reference: AliasReference,
  context: PlaceContext,
  resolvePlace: ResolvePlace,
): Resolving {
  const alias = findModelAlias(reference.name, context.aliases);
  if (alias === undefined) {
    const known = context.aliases.map(({ name }) => name);
    throw new UnknownAliasError(reference.name, known);
  }
  const cached = yield* fromCache(alias, context, resolvePlace);
  if (cached !== undefined) return { ...cached, reference };

  const { sha256, bytes } = alias;
  const failures: { place: string; error: HubError }[] = [];
  for (const place of alias.places) {
    const expecting = { ...context, expected: { sha256, bytes } };
    try {
      const model = yield* resolvePlace(parseModelReference(place), expecting);
      return { ...model, reference };
    } catch (error) {
      if (context.signal?.aborted || !(error instanceof HubError)) throw error;
      failures.push({ place, error });
      yield { type: "place-failed", place, error };
    }
  }
  throw new AliasUnavailableError(alias.name, failures);
}

/**
 * Asks every place offline first, so that a file that is here wins over a place before it. What goes
 * wrong here is not reported: the same place is asked again, and reports it then.
 */
async function* fromCache(
  alias: ModelAlias,
  context: PlaceContext,
  resolvePlace: ResolvePlace,
): AsyncGenerator<HubEvent, ResolvedModel | undefined> {
  const { sha256, bytes } = alias;
  const settings = { ...context.settings, offline: true };
  for (const place of alias.places) {
    const offline = { ...context, settings, expected: { sha256, bytes } };
    try {
      return yield* withoutPlaces(resolvePlace(parseModelReference(place), offline));
    } catch (error) {
      if (context.signal?.aborted || !(error instanceof HubError)) throw error;
    }
  }
  return undefined;
}

/** A look into a cache is no visit: its `place` events would promise requests. */
async function* withoutPlaces(resolving: Resolving): Resolving {
  for (;;) {
    const { done, value } = await resolving.next();
    if (done) return value;
    if (value.type !== "place") yield value;
  }
}
