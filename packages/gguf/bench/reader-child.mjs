// Usage: node reader-child.mjs READER URI WARMUPS RUNS
// Reads a header several times, and prints as JSON how long each run took after the warming up, in
// milliseconds, and the peak of the process's resident memory, in bytes.
import { readFileSync } from "node:fs";

import { READERS } from "./readers.mjs";

const [name = "", uri = "", warmups, runs] = process.argv.slice(2);
const read = READERS[/** @type {import("./readers.mjs").ReaderName} */ (name)];
for (let count = Number(warmups); count > 0; count--) await read(uri);
/** @type {number[]} */
const times = [];
while (times.length < Number(runs)) {
  const start = performance.now();
  await read(uri);
  times.push(performance.now() - start);
}
console.log(JSON.stringify({ times, peakBytes: peakBytes() }));

function peakBytes() {
  // The system's own count goes on from that of the process which started this one. On Linux there
  // is another that does not.
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(peak) * 1024;
}
