export {
  findModelAlias,
  MODEL_ALIASES,
  type AliasPlace,
  type ModelAlias,
  type ModelTerms,
  type NoticePlace,
  type PiecesPlace,
  type PinnedPackage,
} from "./aliases.ts";
export {
  AliasUnavailableError,
  FileChangedError,
  FileExistsError,
  FileNotFoundError,
  HashMismatchError,
  HubError,
  MissingShardError,
  ModelReferenceError,
  NoSpaceError,
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
  type Missing,
  type StatusDetails,
} from "./http-errors.ts";
export type { ChunkOptions, HubEvent, ResolvedModel, ResolveOptions } from "./events.ts";
export { type HubCard, readHubCard } from "./hub-card.ts";
export { HubAnswerError } from "./hub-error.ts";
export { HubFilterError, type HubFilterProblem } from "./hub-filter.ts";
export type { Fetch, Timeouts } from "./http.ts";
export { ClaimLostError, JoinLayoutError, NoByteRangesError } from "./join-errors.ts";
export type { JoinCopy, JoinedFile, JoinFiles, JoinInput } from "./join.ts";
export type { DiskNeed, ModelPlan, PlannedFile, PlannedJoin } from "./model-plan.ts";
export { describeNetworkFailure } from "./network-failure.ts";
export type { ProxySettings } from "./proxy.ts";
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
export { planModel, resolveModel } from "./resolve.ts";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";
export {
  hubSettings,
  readHubSettings,
  type HubSettings,
  type HubSettingsInput,
} from "./settings.ts";
