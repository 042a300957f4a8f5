// Merges a set as a process of its own and prints its peak of memory, as JSON. Arguments: a shard, the
// merged file.
import { mergeFiles } from "@ggufkit/shards/node";

const [first = "", out = ""] = process.argv.slice(2);
for await (const _ of mergeFiles(first, out));
console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
