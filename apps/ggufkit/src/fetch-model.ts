import { homedir } from "node:os";

import { type HubEvent, parseModelReference, readHubSettings, resolveModel } from "@ggufkit/hub";
import { type Progress, progress } from "@ggufkit/terminal";

import type { CommandContext } from "./program.ts";

/**
 * Brings the model that `source` names onto this machine, with its progress on stderr, and returns
 * the path of its only or first file.
 *
 * @throws {HubError}
 */
export async function fetchModel(source: string, context: CommandContext): Promise<string> {
  const { env, signal } = context;
  const reference = parseModelReference(source);
  // The reader of files says what is wrong with a path.
  if (reference.kind === "file") return reference.path;
  const settings = await readHubSettings({ env, platform: process.platform, homedir: homedir() });
  const shown = progress({ env });
  try {
    const events = resolveModel(reference, { settings, signal });
    for (;;) {
      const { done, value } = await events.next();
      if (done === true) return value.files[0] ?? source;
      show(value, shown);
    }
  } finally {
    shown.end();
  }
}

function show(event: HubEvent, shown: Progress): void {
  switch (event.type) {
    case "chosen":
      return shown.note(`${event.file}: ${event.reason}`);
    case "started":
      return shown.note(`fetching ${event.file}`);
    case "progress": {
      const { file: label, done, total } = event;
      return shown.update({ label, done, unit: "bytes", ...(total !== undefined && { total }) });
    }
    case "place-failed":
      return shown.note(`not from ${event.place}: ${event.error.message}`);
    default: // the other events say nothing that a reader waits for
  }
}
