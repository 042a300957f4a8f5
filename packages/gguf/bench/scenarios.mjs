import { join } from "node:path";

import { decoded } from "./decoded.mjs";
import { hashing } from "./hashing.mjs";
import { writeHeader } from "./header-file.mjs";
import { inspecting } from "./inspecting.mjs";
import { lazy } from "./lazy.mjs";
import { memory } from "./memory.mjs";
import { remote } from "./remote.mjs";

/** @type {Map<string, import("./header-file.mjs").HeaderFile>} */
const headers = new Map();

/**
 * Scenarios of reading GGUF files, each over the same header.
 * @type {Record<string, (directory: string) => Promise<import("../../../bench/table.mjs").Scenario>>}
 */
export const SCENARIOS = Object.fromEntries(
  Object.entries({ lazy, decoded, remote, memory, hashing, inspecting }).map(([name, run]) => [
    name,
    (directory) => run(headerIn(directory), directory),
  ]),
);

/** @param {string} directory */
function headerIn(directory) {
  const header = headers.get(directory) ?? writeHeader(join(directory, "header.gguf"));
  if (!headers.has(directory)) console.log(`The header: ${header.description}.`);
  headers.set(directory, header);
  return header;
}
