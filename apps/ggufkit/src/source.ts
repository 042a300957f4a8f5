import { stat } from "node:fs/promises";

import type { CommandContext } from "./program.ts";

/** Codes of @ggufkit/hub's errors for a SOURCE that names nothing; by name, as hub is loaded late. */
const UNKNOWN_SOURCE_CODES: ReadonlySet<unknown> = new Set(["bad-reference", "unknown-alias"]);

/** Whether an error means that SOURCE itself is wrong, and not what it names. */
export function isUnknownSource(error: unknown): boolean {
  return error instanceof Error && "code" in error && UNKNOWN_SOURCE_CODES.has(error.code);
}

/**
 * The path of the model that `source` names; of a split one, that of its first shard. What is not
 * on this machine is fetched into the cache.
 */
export async function locateModel(source: string, context: CommandContext): Promise<string> {
  const isPresent = await stat(source).then(
    () => true,
    () => false,
  );
  if (isPresent) return source;
  // Only now: loading what can download costs more time than inspecting a file does.
  const { fetchModel } = await import("./fetch-model.ts");
  return fetchModel(source, context);
}
