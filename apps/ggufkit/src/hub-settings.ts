import { homedir } from "node:os";
import { readHubSettings, type HubSettings } from "@ggufkit/hub";
import type { CommandContext } from "./program.ts";

/** The settings of the Hub, the caches and the proxies, as the environment and a login have them. */
export function commandSettings({ env }: Pick<CommandContext, "env">): Promise<HubSettings> {
  return readHubSettings({ env, platform: process.platform, homedir: homedir() });
}
