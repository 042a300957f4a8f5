import { argumentsOf } from "./flag.ts";
import { buildLosses, commonFlags } from "./llama-flags.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";

/** The command line of llama.cpp's chat in the terminal, which has one sequence. */
export function renderLlamaCli(input: TargetInput): TargetRun {
  const { context, parallel } = input.plan;
  const one = { ...input, plan: { ...input.plan, parallel: { ...parallel, value: 1 } } };
  const command = ["llama-cli", ...argumentsOf(commonFlags(one))];
  const losses: Loss[] = buildLosses(input);
  if (parallel.value > 1) {
    const message = `it serves one sequence, with ${context.value} tokens`;
    losses.push({ setting: "parallel", message });
  }
  return {
    runtime: "llama-cli",
    format: "shell",
    text: quoteCommand(input.options.shell ?? "posix", command),
    command,
    before: [],
    losses,
  };
}
