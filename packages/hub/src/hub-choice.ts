import { FileNotFoundError } from "./errors.ts";
import { compileFilter, type CompiledFilter, type HubFilter } from "./hub-filter.ts";
import { findModels, isModelPath, pickDefault, pickLabel } from "./hub-model.ts";
import { findProjector, isProjectorPath } from "./hub-projector.ts";
import { firstShardPath } from "./hub-shards.ts";
import { nameSome } from "./name-list.ts";
import { formatModelReference, type HubReference } from "./reference.ts";

/** Which files, the model's foremost and its first shard first, and why these when it was open. */
export interface HubChoice {
  paths: string[];
  /** The model's label, where it was chosen by one or has one. */
  quantization?: string;
  reason?: string;
  /** The projector that fits the model, when no projector is among `paths`. */
  mmproj?: string;
}

/** How {@link chooseHubFiles} chooses. */
export interface HubChoiceOptions extends HubFilter {
  /**
   * Take a label exactly or not at all. For the files of a cache: that they lack a label does not
   * mean that the repository does.
   */
  exactLabel?: boolean;
}

/** The files of a model that are there, and how it was come by. */
interface Picked {
  paths: readonly string[];
  quantization?: string | undefined;
  reason?: string | undefined;
}

/** What a choice is made from. */
interface Repository {
  place: string;
  paths: readonly string[];
  filter: CompiledFilter;
}

/**
 * Picks files from the paths of all of a repository's files. Pure.
 *
 * A path or label of the reference picks a model; what `include` matches comes after it. Without a
 * path or label `include` picks alone, and without patterns the best default among the models that
 * are not excluded. A label that no model has is replaced by the nearest that one has, and the reason
 * given. A shard brings its whole set.
 * @throws FileNotFoundError, QuantizationError, MissingShardError, HubFilterError
 */
export function chooseHubFiles(
  reference: HubReference,
  paths: readonly string[],
  options: HubChoiceOptions = {},
): HubChoice {
  const place = formatModelReference(reference);
  const filter = compileFilter(place, paths, options);
  const repository: Repository = { place, paths, filter };
  const isOpen = reference.path === undefined && reference.quantization === undefined;
  const isByPatterns = isOpen && (options.include ?? []).length > 0;
  const model: Picked = isByPatterns
    ? { paths: [] }
    : pickModel(reference, repository, options.exactLabel ?? false);
  // On its own first: a model that is excluded wholly must not vanish among other files.
  const shards = isByPatterns ? [] : filter.apply(model.paths);
  const chosen = filter.apply([...shards, ...modelsFirst(filter.included())]);
  const mmproj = absentProjector(chosen, repository);
  return {
    paths: chosen,
    ...(model.quantization !== undefined && { quantization: model.quantization }),
    ...(model.reason !== undefined && { reason: model.reason }),
    ...(mmproj !== undefined && { mmproj }),
  };
}

function pickModel(reference: HubReference, repository: Repository, exactLabel: boolean): Picked {
  const { place, paths, filter } = repository;
  if (reference.path !== undefined) return pickPath(reference.path, repository);
  const models = findModels(paths);
  const left = models.filter((model) => !model.paths.every(filter.isExcluded));
  const { model, reason } =
    reference.quantization === undefined
      ? // With all of them excluded, the filter tells that nothing is left of any.
        pickDefault(place, left.length > 0 ? left : models)
      : pickLabel(place, reference.quantization, { models, left, exactLabel });
  return { paths: model.paths, quantization: model.label, reason };
}

/** The path with the other shards of its set that are there. */
function pickPath(path: string, { place, paths }: Repository): Picked {
  const first = firstShardPath(path);
  const there = paths.filter((other) => firstShardPath(other) === first);
  if (there.length > 0) return { paths: there };
  const ggufs = paths.filter((other) => /\.gguf$/i.test(other));
  const has = ggufs.length === 0 ? "which has no GGUF files" : `which has ${nameSome(ggufs)}`;
  throw new FileNotFoundError(path, `not in the repository (${place}), ${has}`);
}

/** The first file stands for all in what is done with them, so it is no README. */
function modelsFirst(paths: readonly string[]): string[] {
  const others = paths.filter((path) => !isModelPath(path));
  return [...paths.filter(isModelPath), ...others];
}

function absentProjector(
  chosen: readonly string[],
  { paths, filter }: Repository,
): string | undefined {
  const [first = ""] = chosen;
  if (!isModelPath(first) || chosen.some(isProjectorPath)) return undefined;
  return findProjector(
    first,
    paths.filter((path) => !filter.isExcluded(path)),
  );
}
