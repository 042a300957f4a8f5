import { memory } from "./memory.mjs";

/**
 * Scenarios of planning runs.
 * @type {Record<string, (directory: string) => Promise<import("../../../bench/table.mjs").Scenario>>}
 */
export const SCENARIOS = { memory };
