import type { HubError } from "./errors.ts";
import type { Fetch, Timeouts } from "./http.ts";
import type { ModelAlias } from "./aliases.ts";
import type { ModelReference } from "./reference.ts";
import type { HubSettings } from "./settings.ts";

/**
 * What happens while a model is fetched. `place` is a reference as text, `file` a file's own name.
 * Readers must let types pass that they do not know: more will come.
 */
export type HubEvent =
  | { type: "place"; place: string }
  | { type: "chosen"; file: string; quantization?: string; reason: string }
  | { type: "started"; file: string; bytes?: number }
  | { type: "progress"; file: string; done: number; total?: number }
  | { type: "verifying"; file: string; sha256: string }
  | { type: "verified"; file: string; sha256: string }
  | { type: "cached"; file: string }
  | { type: "place-failed"; place: string; error: HubError };

/** A model whose files are all on this machine. */
export interface ResolvedModel {
  /** Paths, the first shard first. */
  files: string[];
  reference: ModelReference;
  /** The reference, as text, of the place that the files came from. */
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
  /** Aborting rejects with the signal's reason and leaves no half-written file. */
  signal?: AbortSignal;
  timeouts?: Partial<Timeouts>;
  /** The table of aliases; the default is the curated one. */
  aliases?: readonly ModelAlias[];
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
  expected?: ExpectedFile;
}

/** A place at work. */
export type Resolving = AsyncGenerator<HubEvent, ResolvedModel>;
