import { connections } from "./connections.mjs";
import { downloading } from "./downloading.mjs";

/**
 * Scenarios of downloading from a Hub on this machine.
 * @type {Record<string, (directory: string) => Promise<import("../../../bench/table.mjs").Scenario>>}
 */
export const SCENARIOS = {
  "download-file": (directory) => downloading(directory, 1),
  "download-set": (directory) => downloading(directory, 5),
  "download-connections": connections,
};
