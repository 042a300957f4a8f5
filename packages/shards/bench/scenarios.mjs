import { downloadMerging } from "./download-merging.mjs";
import { merging, mergingInMemory } from "./merging.mjs";

/**
 * Scenarios of merging split models.
 * @type {Record<string, (directory: string) => Promise<import("../../../bench/table.mjs").Scenario>>}
 */
export const SCENARIOS = {
  merging,
  "merging-in-memory": mergingInMemory,
  "download-merging": downloadMerging,
};
