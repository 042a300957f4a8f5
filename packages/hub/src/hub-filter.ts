import { HubError } from "./errors.ts";
import { compileGlob } from "./glob.ts";
import { completeSets } from "./hub-shards.ts";
import { nameSome } from "./name-list.ts";

/** Which files of a repository: patterns over whole paths, as {@link compileGlob} reads them. */
export interface HubFilter {
  /** Those that any pattern matches; without patterns the filter asks for none of its own. */
  include?: readonly string[] | undefined;
  /** Not those that any pattern matches. */
  exclude?: readonly string[] | undefined;
}

/** What is wrong with a filter. */
export type HubFilterProblem = "no-match" | "all-excluded" | "broken-set";

/** A filter selects nothing, or parts of a split set. */
export class HubFilterError extends HubError {
  override readonly name = "HubFilterError";
  readonly place: string;
  readonly problem: HubFilterProblem;
  readonly patterns: readonly string[];

  constructor(
    place: string,
    problem: HubFilterProblem,
    { text, patterns }: { text: string; patterns: readonly string[] },
  ) {
    super("file-filter", `${place}: ${text}`);
    this.place = place;
    this.problem = problem;
    this.patterns = patterns;
  }
}

/** A filter over the paths of one repository. */
export interface CompiledFilter {
  /** The paths that `include` matches. @throws HubFilterError where it has patterns and none does */
  included: () => string[];
  isExcluded: (path: string) => boolean;
  /**
   * `wanted` without what is excluded, and with every shard set completed.
   * @throws HubFilterError where nothing or a part of a set is left, MissingShardError
   */
  apply: (wanted: readonly string[]) => string[];
}

/** Compiles a filter. `place` is for errors. */
export function compileFilter(
  place: string,
  paths: readonly string[],
  { include = [], exclude = [] }: HubFilter,
): CompiledFilter {
  const isIncluded = compileAny(include);
  const isExcluded = compileAny(exclude);
  const present = new Set(paths);
  const included = (): string[] => {
    const matched = paths.filter(isIncluded);
    if (include.length > 0 && matched.length === 0) throw noMatch(place, include, paths);
    return matched;
  };
  const apply = (wanted: readonly string[]): string[] => {
    const kept = wanted.filter((path) => !isExcluded(path));
    if (kept.length === 0) throw allExcluded(place, exclude, wanted);
    const complete = completeSets(place, kept, present);
    const cut = complete.filter(isExcluded);
    if (cut.length > 0) throw brokenSet(place, exclude, cut);
    return complete;
  };
  return { included, isExcluded, apply };
}

function compileAny(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(compileGlob);
  return (path) => globs.some((matches) => matches(path));
}

function noMatch(
  place: string,
  patterns: readonly string[],
  paths: readonly string[],
): HubFilterError {
  const has = paths.length === 0 ? "it has no files" : `it has ${nameSome(paths)}`;
  const text = `no file matches ${quoted(patterns)} (letter case counts); ${has}`;
  return new HubFilterError(place, "no-match", { text, patterns });
}

function allExcluded(
  place: string,
  patterns: readonly string[],
  wanted: readonly string[],
): HubFilterError {
  const text = `${quoted(patterns)} excludes everything that was asked for: ${nameSome(wanted)}`;
  return new HubFilterError(place, "all-excluded", { text, patterns });
}

function brokenSet(
  place: string,
  patterns: readonly string[],
  cut: readonly string[],
): HubFilterError {
  const of = "of a split set whose other shards stay, and without which it cannot be used";
  const text = `${quoted(patterns)} excludes shards ${of}: ${nameSome(cut)}`;
  return new HubFilterError(place, "broken-set", { text, patterns });
}

function quoted(patterns: readonly string[]): string {
  return patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
}
