import { argumentsOf, type Flag } from "./flag.ts";
import { buildLosses, commonFlags } from "./llama-flags.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { TargetInput, TargetRun } from "./target.ts";

/** The command line of llama.cpp's server; a split model is loaded by its first shard. */
export function renderLlamaServer(input: TargetInput): TargetRun {
  const command = ["llama-server", ...argumentsOf(serverFlags(input))];
  return {
    runtime: "llama-server",
    format: "shell",
    text: quoteCommand(input.options.shell ?? "posix", command),
    command,
    before: [],
    losses: buildLosses(input),
  };
}

/** The flags of the server: those of the command line, and of the router's INI without dashes. */
export function serverFlags(input: TargetInput): Flag[] {
  return [...commonFlags(input), ["--parallel", input.plan.parallel.value]];
}
