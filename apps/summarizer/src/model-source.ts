import { homedir } from "node:os";
import {
  parseModelReference,
  readHubSettings,
  type ResolvedModel,
  resolveModel,
} from "@ggufkit/hub";
import { follow } from "@ggufkit/terminal";
import { transferDisplay } from "@ggufkit/terminal/transfer";

export interface FetchContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Brings the model that `source` names onto this machine, with its progress shown.
 *
 * @throws HubError of a kind; UnknownAliasError and ModelReferenceError for a SOURCE that is none
 */
export async function fetchModel(
  source: string,
  { env, signal }: FetchContext,
): Promise<ResolvedModel> {
  const reference = parseModelReference(source);
  const settings = await readHubSettings({ env, platform: process.platform, homedir: homedir() });
  const shown = transferDisplay({ env });
  try {
    const resolving = resolveModel(reference, { settings, signal });
    return await follow(resolving, (event) => shown.show(event));
  } finally {
    shown.end();
  }
}
