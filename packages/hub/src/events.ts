import type { HubError } from "./errors.ts";
import type { Fetch, Timeouts } from "./http.ts";
import type { ModelAlias } from "./aliases.ts";
import type { HubFilter } from "./hub-filter.ts";
import type { JoinFiles } from "./join.ts";
import type { ModelPlan } from "./model-plan.ts";
import type { ModelReference } from "./reference.ts";
import type { RetryPolicy } from "./retry.ts";
import type { HubSettings } from "./settings.ts";
import type { TransferOptions } from "./transfer/transfer-files.ts";

/**
 * What happens while a model is fetched. `place` is a reference as text, `file` a file's name as
 * {@link PlannedFile} has it; sizes are in bytes, rates in bytes a second. Several files may be under
 * way at once. Readers must let types pass that they do not know: more will come.
 */
export type HubEvent =
  | { type: "place"; place: string }
  /** What users of the model, an alias, must agree to; before it is fetched. */
  | { type: "terms"; model: string; name: string; url: string }
  /** Which files, where the reference left it open; `mmproj`: its projector for images and sound. */
  | { type: "chosen"; file: string; quantization?: string; reason: string; mmproj?: string }
  /** All that is going to happen; once, before the first byte of a file. */
  | { type: "planned"; plan: ModelPlan }
  | { type: "started"; file: string; bytes?: number }
  /** An earlier run left `done` bytes, which need not come again. */
  | { type: "resumed"; file: string; done: number; bytes: number }
  /** What an earlier run left, or what came so far, is of no use: it begins at 0. */
  | { type: "restarted"; file: string; reason: string }
  /** At most ten a second for each file that is under way. */
  | { type: "progress"; file: string; done: number; total?: number; rate?: number; left?: number }
  /** A request failed and is made again after `wait` seconds. */
  | { type: "retried"; file: string; reason: string; attempt: number; wait: number }
  /** Bytes from `start` to `end` were damaged and are fetched again. */
  | { type: "repaired"; file: string; start: number; end: number }
  /** Another process is fetching this file. */
  | { type: "waiting"; file: string; pid?: number }
  | { type: "verifying"; file: string; sha256: string }
  | { type: "verified"; file: string; sha256: string }
  | { type: "cached"; file: string }
  /** It bears its final name. */
  | { type: "done"; file: string; path: string; bytes: number; seconds: number }
  | { type: "place-failed"; place: string; error: HubError };

/** A model whose files are all on this machine. */
export interface ResolvedModel {
  /** Paths, the first shard first, or the file that the shards are joined to. */
  files: string[];
  reference: ModelReference;
  /**
   * The reference, as text, of the place that the files came from. Of pieces in several packages the
   * first, and how many more there are.
   */
  place: string;
  /** Of the file, lower-case hex, when there is one file and its hash is known. */
  sha256?: string;
  /** Of all files together. */
  bytes: number;
}

/** How {@link resolveModel} works. Everything but `settings` has a default. */
export interface ResolveOptions {
  settings: HubSettings;
  /** Makes every request; the default is the global fetch. */
  fetch?: Fetch;
  /** The command that starts Python, for `pypi:`; the default depends on the platform. */
  python?: readonly string[];
  /** Aborting rejects with the signal's reason; what has come so far is kept for another run. */
  signal?: AbortSignal;
  timeouts?: Partial<Timeouts>;
  /** A directory for the files, in place of the cache. They lie there as in the repository. */
  out?: string;
  /** May replace files of `out` that are there with other content; else that is an error. */
  replace?: boolean;
  /**
   * Which files of a Hub repository: globs over their paths, in which `*` crosses slashes. Without a
   * path or label in the reference all that match, else those beside the model.
   */
  include?: readonly string[];
  /** Which not. */
  exclude?: readonly string[];
  /**
   * Joins the shards of a model of the Hub or of a web server to one file while they come; other files
   * stay as they are. Without `out` the joined file is kept below `<cacheDir>/merged/`.
   */
  join?: JoinFiles;
  /** Connections that carry files at the same time, all files together. Default 8. */
  connections?: number;
  /** Bytes a second, all connections together. Default: no limit. */
  limitRate?: number;
  /** Size and number of the parts in which big files are fetched, for a machine unlike others. */
  chunks?: Partial<ChunkOptions>;
  retry?: Partial<RetryPolicy>;
  /** Where a program that is bundled has `@ggufkit/hub/dist/transfer/prefix-hash-worker.js`. */
  hashWorker?: URL;
  /** The table of aliases; the default is the curated one. */
  aliases?: readonly ModelAlias[];
}

/** In what parts a big file is fetched. */
export interface ChunkOptions {
  /** Default 8 MiB. */
  bytes: number;
  /** How many may be under way beyond those that are all there, and be lost in a crash. Default 16. */
  window: number;
}

/** What an alias knows of the one file that it wants, whatever the place. */
interface ExpectedFile {
  sha256: string;
  bytes: number;
}

/** {@link ResolveOptions} with the defaults filled in, as every place gets them. */
export interface PlaceContext {
  settings: HubSettings;
  fetch: Fetch;
  python: readonly string[];
  signal: AbortSignal | undefined;
  timeouts: Timeouts;
  aliases: readonly ModelAlias[];
  out: string | undefined;
  replace: boolean;
  filter: HubFilter;
  join: JoinFiles | undefined;
  retry: RetryPolicy;
  transfer: TransferOptions;
  limitRate: number | undefined;
  expected?: ExpectedFile;
}

/** What a place found out before the first byte of a file. */
export interface PlannedModel {
  plan: ModelPlan;
  /** Does what the plan says. */
  fetch: () => Resolving;
}

/** A place that finds out what is to be fetched. */
export type Planning = AsyncGenerator<HubEvent, PlannedModel>;

/** A place at work. */
export type Resolving = AsyncGenerator<HubEvent, ResolvedModel>;
