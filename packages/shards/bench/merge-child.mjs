// Merges a set as a process of its own and prints what it took, as JSON. Arguments: a shard, the
// merged file. All is written when the last progress is told; what follows is syncing.
import { mergeFiles } from "@ggufkit/shards/node";

const [first = "", out = ""] = process.argv.slice(2);
let written = performance.now();
for await (const event of mergeFiles(first, out))
  if (event.type === "progress" && event.done === event.total) written = performance.now();
const syncSeconds = (performance.now() - written) / 1000;
console.log(JSON.stringify({ syncSeconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
