// Fetches a model: node THIS '{"reference", "directory", …}', a DownloadJob as JSON. Prints its events
// as lines of JSON, and the files at last. A process of its own, to be killed at any moment.
import { parseModelReference, resolveModel } from "../dist/index.js";
import { hubSettings } from "../dist/settings.js";
import { joinBehindHead } from "./join-behind-head.mjs";

const { reference, directory, env, hashWorker, joins, ...options } = JSON.parse(
  process.argv[2] ?? "{}",
);
const settings = hubSettings({
  env: { HF_HOME: `${directory}/hf`, GGUFKIT_CACHE: `${directory}/own`, ...env },
  platform: process.platform,
  homedir: directory,
});
const resolving = resolveModel(parseModelReference(reference), {
  settings,
  ...options,
  ...(joins && { join: joinBehindHead }),
  ...(hashWorker && { hashWorker: new URL(hashWorker) }),
});
/** @param {object} line */
const say = (line) => console.log(JSON.stringify(line));
try {
  let step = await resolving.next();
  for (; !step.done; step = await resolving.next()) say(step.value);
  say({ type: "result", files: step.value.files });
} catch (error) {
  const { name, message } = /** @type {Error} */ (error);
  say({ type: "error", name, message });
  process.exitCode = 1;
}
