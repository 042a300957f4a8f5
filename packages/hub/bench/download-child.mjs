// Downloads a model as a process of its own and prints what it took, as JSON.
// Arguments: endpoint, reference, directory, connections.
import { parseModelReference, readHubSettings, resolveModel } from "@ggufkit/hub";

const [endpoint = "", reference = "", out = "", connections = "8"] = process.argv.slice(2);
const env = { HF_ENDPOINT: endpoint, HF_HOME: `${out}/hf`, GGUFKIT_CACHE: `${out}/own` };
const settings = await readHubSettings({ env, platform: process.platform, homedir: out });
const options = { settings, out, connections: Number(connections) };
for await (const _ of resolveModel(parseModelReference(reference), options));
const { user, system } = process.cpuUsage();
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes }));
