import { homedir } from "node:os";
import {
  parseModelReference,
  readHubSettings,
  type ResolvedModel,
  resolveModel,
} from "@ggufkit/hub";
import { follow, showTransfer } from "@ggufkit/terminal";
import type { Progress } from "@ggufkit/terminal/progress";

export interface FetchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Brings the model that `source` names onto this machine, with its progress shown.
 *
 * @throws HubError of a kind; UnknownAliasError and ModelReferenceError for a SOURCE that is none
 */
export async function fetchModel(source: string, options: FetchOptions): Promise<ResolvedModel> {
  const { env, signal, progress } = options;
  const reference = parseModelReference(source);
  const settings = await readHubSettings({ env, platform: process.platform, homedir: homedir() });
  try {
    const resolving = resolveModel(reference, { settings, signal });
    return await follow(resolving, (event) => showTransfer(event, progress));
  } finally {
    progress.end();
  }
}
