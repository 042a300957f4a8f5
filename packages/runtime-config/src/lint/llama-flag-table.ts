import type { LlamaPoint } from "../targets/llama-build.ts";

/**
 * The flags of llama-server and llama-cli by what follows them, from the help of llama.cpp 0c1e570
 * (1 October 2026): groups of names for the same, in the help's order; `!` marks the name that
 * switches off.
 */
const WITH_VALUE = `
-t --threads, -tb --threads-batch, -C --cpu-mask, -Cr --cpu-range, --cpu-strict, --prio, --poll,
-Cb --cpu-mask-batch, -Crb --cpu-range-batch, --cpu-strict-batch, --prio-batch, --poll-batch, -c
--ctx-size, -n --predict --n-predict, -b --batch-size, -ub --ubatch-size, --keep, -fa
--flash-attn, --rope-scaling, --rope-scale, --rope-freq-base, --rope-freq-scale, --yarn-orig-ctx,
--yarn-ext-factor, --yarn-attn-factor, --yarn-beta-slow, --yarn-beta-fast, -ctk --cache-type-k,
-ctv --cache-type-v, -dt --defrag-thold, --rpc, -lm --load-mode, -lzm --lazy-mode, --numa, -dev
--device, -ot --override-tensor, -ncmoe --n-cpu-moe, -ncffn --n-cpu-ffn, -ngl --gpu-layers
--n-gpu-layers, -sm --split-mode, -ts --tensor-split, -mg --main-gpu, -fit --fit, -fitt
--fit-target, -fitc --fit-ctx, --override-kv, --lora, --lora-scaled, --control-vector,
--control-vector-scaled, -m --model, -mu --model-url, -dr --docker-repo, -hf -hfr --hf-repo, -hff
--hf-file, -hft --hf-token, --log-file, --log-colors, -lv --verbosity --log-verbosity,
--spec-draft-type-k -ctkd --cache-type-k-draft, --spec-draft-type-v -ctvd --cache-type-v-draft,
--samplers, -s --seed, --sampler-seq --sampling-seq, --temp --temperature, --top-k, --top-p,
--min-p, --top-nsigma --top-n-sigma, --xtc-probability, --xtc-threshold, --typical --typical-p,
--repeat-last-n, --repeat-penalty, --presence-penalty, --frequency-penalty, --dry-multiplier,
--dry-base, --dry-allowed-length, --dry-penalty-last-n, --dry-sequence-breaker, --adaptive-target,
--adaptive-decay, --dynatemp-range, --dynatemp-exp, --mirostat, --mirostat-lr, --mirostat-ent, -l
--logit-bias, --grammar, --grammar-file, -j --json-schema, -jf --json-schema-file, --spec-draft-hf
-hfd -hfrd --hf-repo-draft, --spec-draft-threads -td --threads-draft, --spec-draft-threads-batch
-tbd --threads-batch-draft, --spec-draft-cpu-mask -Cd --cpu-mask-draft, --spec-draft-cpu-range
-Crd --cpu-range-draft, --spec-draft-cpu-strict --cpu-strict-draft, --spec-draft-prio
--prio-draft, --spec-draft-poll --poll-draft, --spec-draft-cpu-mask-batch -Cbd
--cpu-mask-batch-draft, --spec-draft-cpu-strict-batch --cpu-strict-batch-draft,
--spec-draft-prio-batch --prio-batch-draft, --spec-draft-poll-batch --poll-batch-draft,
--spec-draft-override-tensor -otd --override-tensor-draft, --spec-draft-n-cpu-moe
--spec-draft-ncmoe -ncmoed --n-cpu-moe-draft, --spec-draft-n-max, --spec-draft-n-min,
--spec-synth-len, --spec-synth-rates, --spec-draft-p-split --draft-p-split, --spec-draft-p-min
--draft-p-min, --spec-draft-device -devd --device-draft, --spec-draft-ngl -ngld --gpu-layers-draft
--n-gpu-layers-draft, --spec-draft-model -md --model-draft, --spec-type, --spec-ngram-mod-n-min,
--spec-ngram-mod-n-max, --spec-ngram-mod-n-match, --spec-ngram-simple-size-n,
--spec-ngram-simple-size-m, --spec-ngram-simple-min-hits, --spec-ngram-map-k-size-n,
--spec-ngram-map-k-size-m, --spec-ngram-map-k-min-hits, --spec-ngram-map-k4v-size-n,
--spec-ngram-map-k4v-size-m, --spec-ngram-map-k4v-min-hits, -lcs --lookup-cache-static, -lcd
--lookup-cache-dynamic, --kv-unified-per-slot, -ctxcp --ctx-checkpoints --swa-checkpoints, -cms
--checkpoint-min-step, -cram --cache-ram, -r --reverse-prompt, --pooling, -np --parallel, -mm
--mmproj, -mmu --mmproj-url, -mmdev --mmproj-device, --image-min-tokens, --image-max-tokens,
--mtmd-batch-max-tokens, --video-fps, --video-timestamp-interval, --video-ffmpeg-dir, -a --alias,
--tags, --embd-normalize, --host, --port, --path, --cors-origins, --cors-methods, --cors-headers,
--api-prefix, --ui-config --webui-config, --ui-config-file --webui-config-file, --tools,
--tools-runtime, --mcp-servers-config, --mcp-servers-json, --api-key, --api-key-file,
--ssl-key-file, --ssl-cert-file, --chat-template-kwargs, -to --timeout, --sse-ping-interval,
--threads-http, --cache-reuse, --slot-save-path, --media-path, --models-dir, --models-preset,
--models-max, --reasoning-format, -rea --reasoning, --reasoning-effort, --reasoning-budget,
--reasoning-budget-message, --chat-template, --chat-template-file, -sps --slot-prompt-similarity,
--sleep-idle-seconds, --log-prompts-dir,
-p --prompt, -f --file, -bf --binary-file, --server-base, -co --color, -sys --system-prompt, -sysf
--system-prompt-file, --image --audio --video, -o --output --output-file`;

const WITHOUT_VALUE = `
-h --help --usage, --version, -cl --cache-list, --completion-bash, --swa-full, --perf !--no-perf,
-e --escape !--no-escape, -kvo --kv-offload !-nkvo !--no-kv-offload, --repack !-nr !--no-repack,
--no-host, --list-devices, -cmoe --cpu-moe, --check-tensors, --op-offload !--no-op-offload,
--log-disable, --log-jsonl !--no-log-jsonl, -v --verbose --log-verbose, --offline, --log-prefix
!--no-log-prefix, --log-timestamps !--no-log-timestamps, --ignore-eos, -bs --backend-sampling,
--spec-draft-cpu-moe -cmoed --cpu-moe-draft, --spec-draft-backend-sampling
!--no-spec-draft-backend-sampling, -kvu --kv-unified !-no-kvu !--no-kv-unified, --cache-idle-slots
!--no-cache-idle-slots, --context-shift !--no-context-shift, -sp --special, --warmup !--no-warmup,
--spm-infill, -cb --cont-batching !-nocb !--no-cont-batching, --mmproj-auto !--no-mmproj
!--no-mmproj-auto, --mmproj-offload !--no-mmproj-offload, --reuse-port, --cors-credentials
!--no-cors-credentials, --ui-mcp-proxy --webui-mcp-proxy !--no-ui-mcp-proxy !--no-webui-mcp-proxy,
-ag --agent !-no-ag !--no-agent, --ui --webui !--no-ui !--no-webui, --embedding --embeddings,
--rerank --reranking, --cache-prompt !--no-cache-prompt, --metrics, --props, --slots !--no-slots,
--models-autoload !--no-models-autoload, --jinja !--no-jinja, --reasoning-preserve
!--no-reasoning-preserve, --skip-chat-parsing !--no-skip-chat-parsing, --prefill-assistant
!--no-prefill-assistant, --lora-init-without-apply, --embd-gemma-default, --fim-qwen-1.5b-default,
--fim-qwen-3b-default, --fim-qwen-7b-default, --fim-qwen-7b-spec, --fim-qwen-14b-spec,
--fim-qwen-30b-default, --gpt-oss-20b-default, --gpt-oss-120b-default, --vision-gemma-4b-default,
--vision-gemma-12b-default, --spec-default,
--verbose-prompt, --display-prompt !--no-display-prompt, --show-timings !--no-show-timings, -st
--single-turn, -mli --multiline-input, --simple-io`;

const WITH_TWO_VALUES = "--control-vector-layer-range";

/**
 * The build that the table is of. Its number is not known: at some 17 builds a day since 10864, of 8
 * September 2026, it is below this one.
 */
export const TABLE_BUILD: LlamaPoint = { day: "2026-10-01", build: 11_300, release: [0, 5, 0] };

/** Of other builds, which this one refuses; what it has in their place, where it has something. */
export const REMOVED_FLAGS: ReadonlyMap<string, RemovedFlag> = new Map(
  Object.entries({
    "--mlock": { takesValue: false, instead: { setting: "load-mode", value: "mlock" } },
    "--mmap": { takesValue: false, instead: { setting: "load-mode", value: "mmap" } },
    "--no-mmap": { takesValue: false, instead: { setting: "load-mode", value: "none" } },
    "--draft": { takesValue: true, renamed: "--spec-draft-n-max" },
    "--draft-n": { takesValue: true, renamed: "--spec-draft-n-max" },
    "--draft-max": { takesValue: true, renamed: "--spec-draft-n-max" },
    "--draft-min": { takesValue: true, renamed: "--spec-draft-n-min" },
    "--draft-n-min": { takesValue: true, renamed: "--spec-draft-n-min" },
    "--spec-ngram-size-n": { takesValue: true, renamed: "--spec-ngram-mod-n-match" },
    "--spec-ngram-size-m": { takesValue: true },
    "--spec-ngram-min-hits": { takesValue: true },
  }),
);

export type RemovedFlag = {
  takesValue: boolean;
  /** The flag of today with the same value. */
  renamed?: string;
  /** A setting of today that does the same. */
  instead?: { setting: string; value: string };
};

/** A flag of llama.cpp. */
export type LlamaFlag = {
  /** The first long name without dashes, by which settings are told apart. */
  name: string;
  /** How many words follow it. */
  values: 0 | 1 | 2;
  /** All names, the one to switch it off left out. */
  names: readonly string[];
  /** Names that switch it off. */
  off: readonly string[];
};

export const LLAMA_FLAGS: readonly LlamaFlag[] = [
  ...flagsIn(WITH_VALUE, 1),
  ...flagsIn(WITHOUT_VALUE, 0),
  ...flagsIn(WITH_TWO_VALUES, 2),
];

const BY_NAME: ReadonlyMap<string, LlamaFlag> = new Map(
  LLAMA_FLAGS.flatMap((flag) => [...flag.names, ...flag.off].map((name) => [name, flag] as const)),
);

/** The flag that a word names, dashes and all; llama.cpp takes `--ctx_size` for `--ctx-size`. */
export function llamaFlag(word: string): LlamaFlag | undefined {
  return BY_NAME.get(word.startsWith("--") ? word.replaceAll("_", "-") : word);
}

/** The flag of a setting. */
export function flagOf(setting: string): LlamaFlag | undefined {
  return BY_NAME.get(`--${setting}`);
}

function flagsIn(groups: string, values: LlamaFlag["values"]): LlamaFlag[] {
  return groups
    .trim()
    .split(/,\s+/)
    .map((group) => {
      const all = group.split(/\s+/);
      const names = all.filter((name) => !name.startsWith("!"));
      const off = all.filter((name) => name.startsWith("!")).map((name) => name.slice(1));
      const long = names.find((name) => name.startsWith("--")) ?? names[0] ?? "";
      return { name: long.replace(/^-+/, ""), values, names, off };
    });
}
