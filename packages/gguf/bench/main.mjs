// Usage: node packages/gguf/bench/main.mjs [SCENARIO...]
// Measures the built package beside its peers and prints one Markdown table a scenario. All of them
// take about two minutes; GGUFKIT_BENCH_HASH_BYTES makes the file to hash smaller than 2 GB.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";

import { decoded } from "./decoded.mjs";
import { hashing } from "./hashing.mjs";
import { writeHeader } from "./header-file.mjs";
import { inspecting } from "./inspecting.mjs";
import { lazy } from "./lazy.mjs";
import { memory } from "./memory.mjs";
import { remote } from "./remote.mjs";
import { renderScenario } from "./table.mjs";

const SCENARIOS = { lazy, decoded, remote, memory, hashing, inspecting };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown !== undefined) {
  console.error(`no scenario ${unknown}; there are ${Object.keys(SCENARIOS).join(", ")}`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), "ggufkit-bench-"));
try {
  const header = writeHeader(join(directory, "header.gguf"));
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores (${processor}).`);
  console.log(`The header: ${header.description}.`);
  for (const [name, run] of Object.entries(SCENARIOS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.error(`measuring: ${name}`);
    console.log(renderScenario(await run(header, directory)));
  }
} finally {
  rmSync(directory, { recursive: true });
}
