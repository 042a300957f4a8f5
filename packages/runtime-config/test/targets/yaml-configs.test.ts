import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type ModelFacts, renderRun, type TargetRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { shellWords, windowsWords } from "./command-words.ts";
import { inputOf, type InputParts, lost, messageOf, sized } from "./inputs.ts";
import { LONG_FLAGS } from "./llama-server-flags.ts";

type Parsed = Record<string, unknown>;

describe("LocalAI", () => {
  const render = (model: ModelFacts, parts: InputParts = {}): TargetRun =>
    renderRun("localai", inputOf(model, parts));
  const config = (run: TargetRun): Parsed => parse(run.text) as Parsed;

  it("has a model file with YaRN handed on to llama.cpp", () => {
    const wishes = { context: 131_072, thinking: false, seed: 4 };
    const run = render(qwen3, { wishes, path: "Qwen3.gguf" });
    expect(config(run)).toEqual({
      name: "Qwen3",
      backend: "llama-cpp",
      known_usecases: ["chat"],
      parameters: {
        model: "Qwen3.gguf",
        temperature: 0.7,
        top_k: 20,
        top_p: 0.8,
        min_p: 0,
        presence_penalty: 1.5,
        repeat_penalty: 1,
        max_tokens: 32_768,
        batch: 2_048,
        seed: 4,
      },
      context_size: 131_072,
      cache_type_k: "f16",
      cache_type_v: "f16",
      flash_attention: "on",
      threads: 4,
      reasoning: { disable: true },
      template: { use_tokenizer_template: true },
      options: [
        "use_jinja:true",
        "n_ubatch:512",
        "threads_batch:4",
        "--rope-scaling:yarn",
        "--rope-scale:4",
        "--yarn-orig-ctx:32768",
      ],
    });
    expect(lost(run)).toEqual(["rope", "context"]);
  });

  it("shares the context among slots, and knows GPUs, experts and RPC servers", () => {
    const run = render(sized(qwen3, 8, "mixture"), {
      wishes: { parallel: 2, context: 8_192 },
      gpus: [6, 5],
      options: { rpc: ["one:50052", "two:50052"] },
    });
    const { options, ...rest } = config(run);
    expect(rest).toMatchObject({ context_size: 16_384, gpu_layers: 9 });
    expect(rest["tensor_split"]).toMatch(/^\d+,\d+$/);
    expect(options).toEqual(
      expect.arrayContaining(["parallel:2", "kv_unified:false", "--rpc:one:50052,two:50052"]),
    );
    expect(options).toContainEqual(expect.stringMatching(/^n_cpu_moe:\d+$/));
  });

  it("looks into its models directory alone, and says so", () => {
    const run = render(unknown, { path: "/m/a-00001-of-00002.gguf", shards: 2 });
    expect(config(run)).toMatchObject({ parameters: { model: "a-00001-of-00002.gguf" } });
    expect(messageOf(run, "model")).toContain("the other shards");
  });

  it("hands a switch of another name to the template", () => {
    const model = {
      ...unknown,
      chatTemplate: "x",
      thinking: { ...qwen3.thinking, switch: "think" },
    };
    const { chat_template_kwargs: variables, reasoning } = config(render(model));
    expect(variables).toEqual({ think: expect.any(Boolean) });
    expect(reasoning).toBeUndefined();
  });
});

describe("llama-swap", () => {
  const render = (parts: InputParts, model = qwen3): TargetRun =>
    renderRun("llama-swap", inputOf(model, parts));
  const command = (run: TargetRun, name: string): string => {
    const { models } = parse(run.text) as { models: Record<string, { cmd: string }> };
    return models[name]?.cmd ?? "";
  };

  it("runs llama-server's own command at a port of its choice", () => {
    const parts = { wishes: { context: 131_072 }, path: "/m/Qwen3.gguf" };
    const run = render(parts);
    const server = renderRun("llama-server", inputOf(qwen3, parts));
    const words = shellWords(command(run, "Qwen3").replaceAll("\n", " ").replace("${PORT}", "1"));
    expect(words).toEqual(["llama-server", "--port", "1", ...(server.command ?? []).slice(1)]);
    expect(lost(run)).toEqual(lost(server));
    expect(run.text).toMatch(/ {4}cmd: \|\n {6}llama-server --port \$\{PORT\}\n {6}--model /);
  });

  it.each([
    "/m/${HOME} ${env.X} it's.gguf",
    "/m/#a b.gguf",
    "/m/$ {x}.gguf",
    "/m/\u0085é\u0007.gguf",
  ])("reads %j as it is, and no macro in it", (path) => {
    const text = command(render({ path }), path.slice(3, -5).replaceAll("${", "_{"));
    const rest = text.replace("${PORT}", "1").trim();
    expect(rest).not.toMatch(/\$\{|^\s*#/m);
    expect(shellWords(rest.replaceAll("\n", " "))).toContain(path);
  });

  it("is quoted for Windows where a Windows shell is told", () => {
    const path = String.raw`C:\my models\${x}.gguf`;
    const text = command(render({ path, options: { shell: "powershell" } }), "_{x}");
    const rest = text.replace("${PORT}", "1");
    expect(rest).not.toContain("${");
    expect(windowsWords(rest)).toContain(path);
  });

  it("refuses a line's end", () => {
    expect(() => render({ path: "/m/a\nb.gguf" })).toThrow(/line's end/);
  });
});

describe("Compose", () => {
  type Compose = {
    services: Record<string, { image: string; models: unknown }>;
    models: { llm: { model: string; context_size: number; runtime_flags: string[] } };
  };
  const render = (parts: InputParts, model = qwen3): TargetRun =>
    renderRun("compose", inputOf(model, parts));
  const config = (run: TargetRun): Compose => parse(run.text) as Compose;

  it("has a model with flags that Model Runner lets through", () => {
    const wishes = { context: 131_072, thinking: false, parallel: 2 };
    const run = render({ wishes, path: "/m/Qwen3 8B.gguf" });
    const { services, models } = config(run);
    expect(Object.values(services)[0]?.models).toEqual({
      llm: { endpoint_var: "MODEL_URL", model_var: "MODEL_NAME" },
    });
    expect(models.llm).toMatchObject({ model: "local/qwen3-8b:latest", context_size: 262_144 });
    const flags = models.llm.runtime_flags;
    expect(flags.length % 2).toBe(0);
    const names = flags.filter((_, index) => index % 2 === 0);
    for (const name of names) expect(LONG_FLAGS).toContain(name);
    const forbidden = ["--model", "--ctx-size", "--reasoning", "--override-kv", "--rpc"];
    for (const name of forbidden) expect(names).not.toContain(name);
    expect(flags.join(" ")).toContain("--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768");
    const variables = flags[flags.indexOf("--chat-template-kwargs") + 1] ?? "";
    expect(JSON.parse(variables)).toEqual({ enable_thinking: false });
    expect(flags.join("")).not.toMatch(/[\\/]/);
    expect(run.before.map((line) => shellWords(line))).toEqual([
      ["docker", "model", "package", "--gguf", "/m/Qwen3 8B.gguf", "local/qwen3-8b:latest"],
    ]);
    expect(lost(run)).toEqual(["context"]);
  });

  it("takes models of registries as they are", () => {
    const run = render({ path: "hf.co/unsloth/Qwen3-0.6B-GGUF:Q4_K_M" }, unknown);
    expect(config(run).models.llm.model).toBe("hf.co/unsloth/Qwen3-0.6B-GGUF:Q4_K_M");
    expect(run.before).toEqual([]);
    expect(run.losses).toEqual([]);
  });

  it("tells of relative paths, negative penalties and RPC servers", () => {
    const run = render(
      {
        path: "a-00001-of-00002.gguf",
        shards: 2,
        wishes: { sampling: { presencePenalty: -1 } },
        options: { rpc: ["a:1"] },
      },
      unknown,
    );
    expect(lost(run)).toEqual(["model", "sampling.presencePenalty", "rpc"]);
    expect(config(run).models.llm.runtime_flags).not.toContain("--presence-penalty");
    expect(run.before[0]).toContain("--gguf a-00001-of-00002.gguf local/a:latest");
  });
});
