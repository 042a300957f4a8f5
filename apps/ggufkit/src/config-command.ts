import { Command, Option } from "commander";

import { type MachineOptions, machineOptions } from "./machine-arguments.ts";
import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";

/** What was typed beside SOURCE. */
export interface ConfigCommandOptions extends MachineOptions {
  readonly for: string;
  readonly ctx?: string;
  readonly thinking?: "on" | "off";
  readonly kvType?: string;
  readonly parallel?: string;
  readonly prefer?: "speed" | "quality";
  readonly threads?: string;
  readonly sampling?: readonly string[];
  readonly seed?: string;
  readonly outputTokens?: string;
  readonly hard?: true;
  readonly shell: string;
  readonly llamaBuild?: string;
  readonly rpc?: readonly string[];
  readonly baseModel?: string;
  readonly hosts?: string;
  readonly headAddress?: string;
  readonly template?: string;
  readonly explain?: true;
  readonly json?: true;
  readonly out?: string;
}

const HELP = `
SOURCE is as for inspect; only headers are read. --ctx is what each slot has for prompt and output.
Without --ram and --gpu nothing is fitted to a machine. Sizes are binary: 24G is 24 GiB.
stdout is what to run or to save; warnings, what to do first, and what the runtime cannot be told go
to stderr. Runtimes: llama-server, llama-cli, llama-router (llama-server's INI), ollama,
node-llama-cpp, vllm, sglang, lm-studio, koboldcpp, llama-cpp-python, localai, llama-swap, compose.

Examples:
  ggufkit config model.gguf --for llama-server --ctx 65536
  ggufkit config hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --for llama-server --ctx max --gpu 80G --ram 128G
  ggufkit config model.gguf --for ollama --thinking off --out Modelfile
  ggufkit config model.gguf --for llama-server --explain
  ggufkit config model.gguf --for llama-cli --sampling temperature=0.3 --sampling top-k=40
  ggufkit config model.gguf --for vllm --gpu 80G --gpu 80G --hosts 2 --head-address 10.0.0.1 --base-model Qwen/Qwen3-235B-A22B
  ggufkit config model.gguf --for llama-server --thinking off --template no-thinking.jinja
  ggufkit config model.gguf --for llama-server --json | jq .rope`;

/** `ggufkit config`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command("config")
    .description("Write the right settings to run a model with, for a runtime and a machine.")
    .argument("<source>", "the model")
    .requiredOption("--for <runtime>", "the runtime: one of those below")
    .option("--ctx <tokens>", "context, or max for the longest validated")
    .addOption(new Option("--thinking <mode>", "whether it thinks").choices(["on", "off"]))
    .option(
      "--kv-type <type>",
      "type of keys and values, such as q8_0 (default: the best that fits)",
    )
    .option("--parallel <n>", "slots, each with the whole context (default: 1)")
    .addOption(
      new Option("--prefer <what>", "what to keep where not both fit").choices([
        "speed",
        "quality",
      ]),
    )
    .option("--threads <n>", "threads (default: this machine's cores)")
    .addOption(
      new Option(
        "--sampling <name=value>",
        "temperature, top-p, top-k, min-p, presence-penalty or repeat-penalty; repeatable",
      ).argParser(collect),
    )
    .option("--seed <n>", "seed of the sampling (default: another one each time)")
    .option("--output-tokens <n>", "the most tokens to generate")
    .option("--hard", "room for the answers to hard problems, where the makers name it")
    .addOption(
      new Option("--shell <shell>", "the shell that commands are quoted for")
        .choices(["posix", "fish", "powershell", "cmd"])
        .default("posix"),
    )
    .option(
      "--llama-build <build>",
      "llama.cpp's: a day, b10754, v0.5.0, or what --version prints; older ones need other flags",
    )
    .addOption(
      new Option("--rpc <host:port>", "an RPC server of llama.cpp; repeatable").argParser(collect),
    )
    .option("--base-model <owner/name>", "the original model, for vLLM's and SGLang's tokenizer")
    .option("--hosts <n>", "machines that share the model, for vLLM and SGLang (default: 1)")
    .option("--head-address <address>", "the first of these machines")
    .option("--template <file>", "save and use a chat template that fixes --thinking there")
    .option("--explain", "tell the reason of each setting first")
    .option("--json", "print one JSON document")
    .option("--out <file>", "save what there is to run or to save");
  for (const option of machineOptions()) command.addOption(option);
  return command
    .addHelpText("after", HELP)
    .action(async (source: string, options: ConfigCommandOptions) => {
      const { configModel } = await import("./config-model.ts");
      await configModel(source, options, context);
    });
}
