import { page } from "./page.mjs";
import { writing } from "./writing.mjs";

/**
 * Scenarios of writing pages, with the default model: 98 MB that are fetched where they are not there.
 * @type {Record<string, (directory: string) => Promise<import("../../../bench/table.mjs").Scenario>>}
 */
export const SCENARIOS = { writing, page };
