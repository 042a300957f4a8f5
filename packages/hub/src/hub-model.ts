import { basename } from "node:path/posix";
import { QuantizationError } from "./errors.ts";
import { isProjectorPath } from "./hub-projector.ts";
import { firstShardPath } from "./hub-shards.ts";
import { nameSome } from "./name-list.ts";
import { DEFAULT_QUANTIZATIONS, nearestLabel, quantizationLabel } from "./quantization.ts";

/** One model of a repository: a file, or the shards of a set, under its first shard's path. */
export interface HubModel {
  first: string;
  /** Those that are there, as listed; the set may lack some. */
  paths: readonly string[];
  label: string | undefined;
}

/** A model, and why it when that was open. */
export interface PickedModel {
  model: HubModel;
  reason?: string;
}

// Parts that are of no use alone, whatever label their names carry: importance matrices, and the
// draft models of speculative decoding, which llama.cpp knows by these prefixes.
const COMPANION = /^imatrix|imatrix\.gguf$|(?:^|[-._])(?:mtp|eagle3|dflash|dspark)-/;

/** Whether a path is a model's: a GGUF file that is no projector, importance matrix or draft. */
export function isModelPath(path: string): boolean {
  const name = basename(path);
  return /\.gguf$/i.test(name) && !isProjectorPath(path) && !COMPANION.test(name);
}

/** The models of a repository, in the order of its paths. */
export function findModels(paths: readonly string[]): HubModel[] {
  const models = new Map<string, string[]>();
  for (const path of paths.filter(isModelPath)) {
    const first = firstShardPath(path);
    const shards = models.get(first);
    if (shards === undefined) models.set(first, [path]);
    else shards.push(path);
  }
  return [...models].map(([first, shards]) => ({
    first,
    paths: shards,
    label: quantizationLabel(first),
  }));
}

/**
 * The one model with a label, whatever the case of its letters, or else with the nearest label.
 * `left` are those of `models` that a filter leaves.
 * @throws QuantizationError where several have it, or none and nothing is near it.
 */
export function pickLabel(
  place: string,
  wanted: string,
  {
    models,
    left,
    exactLabel,
  }: { models: readonly HubModel[]; left: readonly HubModel[]; exactLabel: boolean },
): PickedModel {
  assertSome(place, models);
  const label = wanted.toUpperCase();
  // What is asked for by name and excluded as well is not replaced by something near it.
  for (const some of [left, models]) {
    const model = withLabel(place, label, some);
    if (model !== undefined) return { model };
  }
  const nearest = exactLabel ? undefined : nearestLabel(label, labelsOf(left));
  const model = nearest && withLabel(place, nearest.label, left);
  if (!nearest || !model) throw noSuchLabel(place, wanted, models);
  const { label: has, why } = nearest;
  return { model, reason: `the repository has no ${label}; ${has} comes nearest: ${why}` };
}

/**
 * The one model there is, or the one whose label comes first in the order of the defaults.
 * @throws QuantizationError where that names none, or several.
 */
export function pickDefault(place: string, models: readonly HubModel[]): PickedModel {
  assertSome(place, models);
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) {
    return { model: only, reason: "it is the only GGUF model to choose from" };
  }
  const [usual] = DEFAULT_QUANTIZATIONS;
  for (const label of DEFAULT_QUANTIZATIONS) {
    const model = withLabel(place, label, models);
    if (model === undefined) continue;
    if (label === usual) return { model, reason: `${label} is the usual choice` };
    return {
      model,
      reason: `there is no ${usual} to choose from, and ${label} comes nearest to it`,
    };
  }
  const has = labelsOf(models);
  const files = nameSome(models.map(({ first }) => first));
  const choice = has.length > 0 ? `append one of :${has.join(" :")}` : `name one file: ${files}`;
  throw new QuantizationError(place, `no default fits the repository; ${choice}`, has);
}

function withLabel(
  place: string,
  label: string,
  models: readonly HubModel[],
): HubModel | undefined {
  const found = models.filter((model) => model.label === label);
  if (found.length <= 1) return found[0];
  const files = nameSome(found.map(({ first }) => first));
  const problem = `several models are ${label}, name one by its path: ${files}`;
  throw new QuantizationError(place, problem, labelsOf(models));
}

function assertSome(place: string, models: readonly HubModel[]): void {
  if (models.length > 0) return;
  throw new QuantizationError(place, "the repository has no GGUF model", []);
}

function noSuchLabel(
  place: string,
  wanted: string,
  models: readonly HubModel[],
): QuantizationError {
  const has = labelsOf(models);
  const known = has.length === 0 ? "its files carry no labels" : `it has ${has.join(", ")}`;
  return new QuantizationError(place, `the repository has no ${wanted}; ${known}`, has);
}

function labelsOf(models: readonly HubModel[]): string[] {
  return [...new Set(models.flatMap(({ label }) => label ?? []))].toSorted();
}
