import { basename } from "./base-name.ts";
import { mayCapContext } from "./llama-flags.ts";
import { serverFlags } from "./llama-server.ts";
import { lossesAmong } from "./losses.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";
import { yamlText } from "./yaml-text.ts";

/** A model of Docker Hub or of Hugging Face, in place of a path. */
const REFERENCE = /^(?:hf\.co|huggingface\.co|ai)\/[^\\]+$/;

/** Flags of ours that Model Runner lets through: `runtime_flags_allowlist.go` of docker/model-runner. */
const ALLOWED_FLAGS: ReadonlySet<string> = new Set([
  "--rope-scaling",
  "--rope-scale",
  "--yarn-orig-ctx",
  "--cache-type-k",
  "--cache-type-v",
  "--flash-attn",
  "--gpu-layers",
  "--n-cpu-moe",
  "--tensor-split",
  "--batch-size",
  "--ubatch-size",
  "--threads",
  "--threads-batch",
  "--parallel",
  "--temp",
  "--top-k",
  "--top-p",
  "--min-p",
  "--presence-penalty",
  "--repeat-penalty",
  "--seed",
  "--predict",
  "--chat-template-kwargs",
]);

/**
 * A Compose file whose model Docker Model Runner serves with llama.cpp. It takes models of
 * registries, so a file is packaged first; a split one by its first shard. Model Runner lets some of
 * llama-server's flags through alone (sources of July 2026).
 */
export function renderCompose(input: TargetInput): TargetRun {
  const { plan, place, options } = input;
  const isReference = REFERENCE.test(place.path);
  const model = isReference ? place.path : `local/${imageName(place.path)}:latest`;
  const packaging = ["docker", "model", "package", "--gguf", place.path, model];
  const flags = runtimeFlags(input);
  const text = yamlText({
    services: {
      // Stands for an application: it prints where it finds the model.
      app: {
        image: "alpine",
        command: ["env"],
        models: { llm: { endpoint_var: "MODEL_URL", model_var: "MODEL_NAME" } },
      },
    },
    models: {
      llm: {
        model: plainText(model),
        // All slots share what is asked for here.
        context_size: plan.context.value * plan.parallel.value,
        runtime_flags: flags.flatMap(([name, value]) => [name, plainText(value)]),
      },
    },
  });
  return {
    runtime: "compose",
    format: "yaml",
    text,
    before: isReference ? [] : [quoteCommand(options.shell ?? "posix", packaging)],
    losses: lossesOf(input),
  };
}

/** A name that registries take: lower case, and separators single and inside. */
function imageName(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return name === "" ? "model" : name;
}

/** Compose puts variables in place of `$NAME`; a doubled sign is the sign itself. */
function plainText(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/**
 * The server's flags as far as Model Runner takes them: known ones, without paths. It takes a value
 * that begins with a dash for a flag.
 */
function runtimeFlags(input: TargetInput): [name: string, value: string][] {
  const { thinking } = input.plan;
  return serverFlags(input).flatMap(([name, value]): [string, string][] => {
    if (name === "--model" || name === "--ctx-size") return [];
    if (name === "--reasoning")
      return [["--chat-template-kwargs", JSON.stringify({ enable_thinking: thinking.value })]];
    const text = String(value);
    return ALLOWED_FLAGS.has(name) && !/^-|[\\/]/.test(text) ? [[name, text]] : [];
  });
}

function lossesOf(input: TargetInput): Loss[] {
  const { plan, place, options } = input;
  const { path } = place;
  const penalty = plan.sampling.presencePenalty.value;
  const isAbsolute = /^(?:[A-Za-z]:)?[\\/]/.test(path);
  return lossesAmong([
    [
      !isAbsolute && !REFERENCE.test(path),
      "model",
      "docker model package takes an absolute path only: write the file's whole path there",
    ],
    [
      mayCapContext(input),
      "context",
      "builds of llama.cpp from before 30 August 2026 cap a slot at the file's context_length, and Model Runner lets no --override-kv through: raise the key with ggufkit edit",
    ],
    [
      penalty < 0,
      "sampling.presencePenalty",
      `it takes ${penalty} for a flag: send "presence_penalty": ${penalty} with each request`,
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "Model Runner lets no --rpc through"],
  ]);
}
