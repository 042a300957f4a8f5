// Downloads a split model into one file as a process of its own and prints what it took, as JSON.
// Arguments: endpoint, reference, directory, and `join` to merge while it comes or `then` after it.
import { join } from "node:path";
import { parseModelReference, readHubSettings, resolveModel } from "@ggufkit/hub";
import { joinShards, mergeFiles } from "@ggufkit/shards/node";

const [endpoint = "", reference = "", out = "", way = "join"] = process.argv.slice(2);
const env = { HF_ENDPOINT: endpoint, HF_HOME: `${out}/hf`, GGUFKIT_CACHE: `${out}/own` };
const settings = await readHubSettings({ env, platform: process.platform, homedir: out });
const options = { settings, out, ...(way === "join" && { join: joinShards() }) };
const download = resolveModel(parseModelReference(reference), options);
let step = await download.next();
while (!step.done) step = await download.next();
const [first = ""] = step.value.files;
if (way === "then")
  for await (const _ of mergeFiles(first, join(out, "merged.gguf"), { settings }));
const { user, system } = process.cpuUsage();
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes }));
