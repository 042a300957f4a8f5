import { findModelAlias, placeText, type AliasPlace, type ModelAlias } from "./aliases.ts";
import { AliasUnavailableError, HubError, UnknownAliasError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import type { PiecesReference } from "./pieces-job.ts";
import { parseModelReference, type AliasReference, type ModelReference } from "./reference.ts";

/** What a place of an alias is visited by. */
export type PlaceReference = ModelReference | PiecesReference;

/** Does with one place what is to be done; handed in, since a place may not import the dispatcher. */
export type VisitPlace<Result> = (
  reference: PlaceReference,
  context: PlaceContext,
) => AsyncGenerator<HubEvent, Result>;

// Where there is another place to go to, a short disturbance is waited for and no more.
const ATTEMPTS_BEFORE_NEXT_PLACE = 2;

/**
 * A model of the curated table: from a cache when it is in one, else from the first place that
 * delivers exactly its bytes. Each place keeps the file where it always does, so that there is one
 * copy and its own reference, where it has one, finds it too. Terms of use are told before anything is
 * fetched.
 * @throws UnknownAliasError, AliasUnavailableError; the signal's reason when aborted.
 */
export async function* visitAlias<Result>(
  { name }: AliasReference,
  context: PlaceContext,
  visit: VisitPlace<Result>,
): AsyncGenerator<HubEvent, Result> {
  const alias = findModelAlias(name, context.aliases);
  if (alias === undefined) {
    const known = context.aliases.map((entry) => entry.name);
    throw new UnknownAliasError(name, known);
  }
  const cached = yield* fromCache(alias, context, visit);
  if (cached !== undefined) return cached.result;
  const { terms } = alias;
  const isToFetch = !context.settings.offline;
  if (terms !== undefined && isToFetch) yield { type: "terms", model: alias.name, ...terms };

  const { sha256, bytes } = alias;
  const failures: { place: string; error: HubError }[] = [];
  for (const [index, where] of alias.places.entries()) {
    const attempts = Math.min(context.retry.attempts, ATTEMPTS_BEFORE_NEXT_PLACE);
    const isLast = index === alias.places.length - 1;
    const retry = isLast ? context.retry : { ...context.retry, attempts };
    try {
      const expecting = { ...context, retry, expected: { sha256, bytes } };
      return yield* visit(referenceTo(where, alias), expecting);
    } catch (error) {
      if (context.signal?.aborted || !(error instanceof HubError)) throw error;
      const place = placeText(where);
      failures.push({ place, error });
      yield { type: "place-failed", place, error };
    }
  }
  throw new AliasUnavailableError(alias.name, failures);
}

function referenceTo(place: AliasPlace, alias: ModelAlias): PlaceReference {
  if (typeof place === "string") return parseModelReference(place);
  return { kind: "pieces", alias, place };
}

/**
 * Asks every place offline first, so that a file that is here wins over a place before it. What goes
 * wrong here is not reported: the same place is asked again, and reports it then.
 */
async function* fromCache<Result>(
  alias: ModelAlias,
  context: PlaceContext,
  visit: VisitPlace<Result>,
): AsyncGenerator<HubEvent, { result: Result } | undefined> {
  const { sha256, bytes } = alias;
  const settings = { ...context.settings, offline: true };
  for (const place of alias.places) {
    const offline = { ...context, settings, expected: { sha256, bytes } };
    try {
      return { result: yield* withoutPlaces(visit(referenceTo(place, alias), offline)) };
    } catch (error) {
      if (context.signal?.aborted || !(error instanceof HubError)) throw error;
    }
  }
  return undefined;
}

/** A look into a cache is no visit: its `place` events would promise requests. */
async function* withoutPlaces<Result>(
  visiting: AsyncGenerator<HubEvent, Result>,
): AsyncGenerator<HubEvent, Result> {
  for (;;) {
    const { done, value } = await visiting.next();
    if (done) return value;
    if (value.type !== "place") yield value;
  }
}
