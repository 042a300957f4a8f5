import { DEFAULT_MODEL } from "../dist/engine/open-engine.js";
import { fetchModel } from "../dist/model-source.js";

/** The path of the default model, from the cache or freshly fetched. */
export async function defaultModel() {
  const { signal } = new AbortController();
  const { files } = await fetchModel(DEFAULT_MODEL, { env: process.env, signal });
  const [path] = files;
  if (path === undefined) throw new Error(`${DEFAULT_MODEL}: no file`);
  return path;
}
