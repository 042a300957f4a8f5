export { findModelAlias, MODEL_ALIASES, type ModelAlias } from "./aliases.ts";
export {
  AliasUnavailableError,
  FileNotFoundError,
  HashMismatchError,
  HubError,
  MissingShardError,
  ModelReferenceError,
  NotGgufError,
  OfflineError,
  PipError,
  QuantizationError,
  SettingsError,
  SizeMismatchError,
  UnknownAliasError,
  WheelError,
  type HubErrorCode,
  type PipFailure,
} from "./errors.ts";
export {
  AccessDeniedError,
  HttpStatusError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
} from "./http-errors.ts";
export type { HubEvent, ResolvedModel, ResolveOptions } from "./events.ts";
export type { Fetch, Timeouts } from "./http.ts";
export {
  formatModelReference,
  parseModelReference,
  type AliasReference,
  type FileReference,
  type HubReference,
  type ModelReference,
  type PypiReference,
  type UrlReference,
} from "./reference.ts";
export { locateRemoteModel, type RemoteFile, type RemoteModel } from "./remote-model.ts";
export { resolveModel } from "./resolve.ts";
export {
  hubSettings,
  readHubSettings,
  type HubSettings,
  type HubSettingsInput,
} from "./settings.ts";
