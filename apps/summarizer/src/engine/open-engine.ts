import type { Engine } from "./engine.ts";
import { type FetchContext, fetchModel } from "../model-source.ts";
import type { WriterOptions } from "../options.ts";
import type { ServerEngineOptions } from "../server/server-engine.ts";

/** A small model under a free licence (Apache-2.0), 98 MB. */
export const DEFAULT_MODEL = "smollm2-135m";

/**
 * The engine that was asked for; undefined where no model is to word anything.
 *
 * @param hooks of an engine on a server
 * @throws SummarizerError `engine` it can't be had
 * @throws HubError of a kind: its model can't be fetched
 */
export async function openEngine(
  writer: WriterOptions,
  context: FetchContext,
  hooks: Pick<ServerEngineOptions, "onRetry" | "maxParallel">,
): Promise<Engine | undefined> {
  const { extractive, server, serverModel, model, threads } = writer;
  if (extractive === true) return undefined;
  const { signal, env } = context;
  const thoughtTokens = writer.thinking === "on" ? writer.thinkingBudget : 0;
  if (server !== undefined) {
    const { openServerEngine } = await import("../server/server-engine.ts");
    const apiKey = env["GGUFKIT_SERVER_KEY"];
    const asked = { url: server, model: serverModel, apiKey, thoughtTokens, signal };
    return openServerEngine({ ...hooks, ...asked });
  }
  const source = model ?? DEFAULT_MODEL;
  const { files } = await fetchModel(source, context);
  const { openNodeLlamaEngine } = await import("./node-llama-engine.ts");
  return openNodeLlamaEngine(files[0] ?? source, { signal, threads, thoughtTokens });
}
