// Usage: node bench/main.mjs [SCENARIO...]
// Measures the built packages beside their peers and prints one Markdown table a scenario. Those of
// reading take two minutes, those of downloading and merging fifteen and 17 GB of disk, that of memory
// half a minute, those of writing two minutes and a model of 98 MB.
// GGUFKIT_BENCH_HASH_BYTES, GGUFKIT_BENCH_DOWNLOAD_BYTES and GGUFKIT_BENCH_MERGE_BYTES make their files
// smaller than 2, 8 and 4 GB; TMPDIR says where they lie. GGUFKIT_LLAMA_GGUF_SPLIT is the path of
// llama.cpp's llama-gguf-split, where it is not on the PATH; GGUFKIT_LLAMA_BENCH and
// GGUFKIT_LLAMA_BATCHED_BENCH those of its llama-bench and llama-batched-bench.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";

import { SCENARIOS as READING } from "../packages/gguf/bench/scenarios.mjs";
import { SCENARIOS as DOWNLOADING } from "../packages/hub/bench/scenarios.mjs";
import { SCENARIOS as PLANNING } from "../packages/runtime-config/bench/scenarios.mjs";
import { SCENARIOS as MERGING } from "../packages/shards/bench/scenarios.mjs";
import { SCENARIOS as WRITING } from "../apps/summarizer/bench/scenarios.mjs";
import { renderScenario } from "./table.mjs";

const SCENARIOS = { ...READING, ...DOWNLOADING, ...MERGING, ...PLANNING, ...WRITING };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown !== undefined) {
  console.error(`no scenario ${unknown}; there are ${Object.keys(SCENARIOS).join(", ")}`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), "ggufkit-bench-"));
try {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores (${processor}).`);
  for (const [name, run] of Object.entries(SCENARIOS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.error(`measuring: ${name}`);
    console.log(renderScenario(await run(directory)));
  }
} finally {
  rmSync(directory, { recursive: true });
}
