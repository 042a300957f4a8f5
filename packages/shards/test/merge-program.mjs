// Does one job with the built package: its argument is JSON with `first` and `out` to merge, with
// `source`, `out` and an endpoint to download and merge.
import { parseModelReference, readHubSettings, resolveModel } from "@ggufkit/hub";
import { joinShards, mergeFiles } from "@ggufkit/shards/node";

const { first, out, consume = false, source, endpoint, home } = JSON.parse(process.argv[2] ?? "{}");

if (source === undefined) for await (const _ of mergeFiles(first, out, { consume }));
else {
  const env = { HF_ENDPOINT: endpoint, HF_HOME: `${home}/hf`, GGUFKIT_CACHE: `${home}/own` };
  const settings = await readHubSettings({ env, platform: process.platform, homedir: home });
  const chunks = { bytes: 256 << 10, window: 16 };
  const options = { settings, out, join: joinShards(), connections: 4, chunks };
  for await (const _ of resolveModel(parseModelReference(source), options));
}
