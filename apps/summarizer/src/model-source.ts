import { homedir } from "node:os";
import {
  type HubEvent,
  parseModelReference,
  readHubSettings,
  resolveModel,
  type ResolvedModel,
} from "@ggufkit/hub";
import type { Progress } from "@ggufkit/terminal";

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
  const events = resolveModel(reference, { settings, signal });
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done === true) return value;
      showEvent(value, progress);
    }
  } finally {
    progress.end();
  }
}

function showEvent(event: HubEvent, progress: Progress): void {
  switch (event.type) {
    case "place":
      progress.note(`fetching ${event.place}`);
      break;
    case "chosen":
      progress.note(`${event.file}: ${event.reason}`);
      break;
    case "progress": {
      const { file: label, done, total } = event;
      progress.update({ label, done, unit: "bytes", ...(total !== undefined && { total }) });
      break;
    }
    case "verified":
      progress.note(`${event.file}: sha256 verified`);
      break;
    case "place-failed":
      progress.note(`not from ${event.place}: ${event.error.message}`);
      break;
    default: // started, verifying and cached say nothing that a reader waits for
  }
}
