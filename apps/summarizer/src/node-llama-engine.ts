import { basename } from "node:path";
import { describe } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { planRun, renderNodeLlamaCpp } from "@ggufkit/runtime-config";
import { detectHardware } from "@ggufkit/runtime-config/node";
import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import type { Engine, EngineUsage } from "./engine.ts";
import { SummarizerError } from "./errors.ts";

/** Room for a prompt of example pairs (some 600 tokens), a note and its sentence, in tokens. */
const CONTEXT = 2048;

/**
 * Loads a GGUF in process. Its header is read first, by our own strict reader: a file that is no
 * model is refused with a reason before the engine sees it.
 *
 * @throws GgufError the file is no sound GGUF
 * @throws SummarizerError `engine` the engine can't load it
 */
export async function openNodeLlamaEngine(path: string, signal?: AbortSignal): Promise<Engine> {
  const description = describe(await readGgufFile(path));
  const { architecture, contextLength = CONTEXT } = description;
  if (architecture === undefined)
    throw new SummarizerError("engine", `${path}: no model to run (kind: ${description.kind})`);
  const hardware = await detectHardware();
  const wishes = { context: Math.min(CONTEXT, contextLength), threads: threadsFor(hardware.cores) };
  const run = renderNodeLlamaCpp(planRun({ ...description, architecture }, wishes, hardware));
  const { LlamaCompletion, getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  let model: LlamaModel;
  let context: LlamaContext;
  try {
    const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
    const loading = { modelPath: path, ...run.loadModel, ...(signal && { loadSignal: signal }) };
    model = await llama.loadModel(loading);
    context = await model.createContext(run.createContext);
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SummarizerError("engine", `${path}: the engine can't load it: ${reason}`, { cause });
  }
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const seconds = { read: 0, write: 0 };

  return {
    model: basename(path),
    async complete({ prompt, maxTokens, ...sampling }) {
      const start = performance.now();
      let first: number | undefined;
      const text = await completion.generateCompletion(prompt, {
        temperature: sampling.temperature,
        seed: sampling.seed,
        topP: 0.95,
        maxTokens,
        // A sentence has its note's words: penalising them makes the model look for others.
        repeatPenalty: false,
        customStopTriggers: ["\n"],
        onToken: () => (first ??= performance.now()),
        ...(sampling.signal && { signal: sampling.signal }),
      });
      const end = performance.now();
      seconds.read += ((first ?? end) - start) / 1000;
      seconds.write += (end - (first ?? end)) / 1000;
      return text;
    },
    usage: (): EngineUsage => ({
      readTokens: sequence.tokenMeter.usedInputTokens,
      readSeconds: seconds.read,
      writtenTokens: sequence.tokenMeter.usedOutputTokens,
      writeSeconds: seconds.write,
    }),
    async dispose() {
      await context.dispose();
      await model.dispose();
    },
  };
}

/** The engine's idle threads spin on a core that JavaScript needs: one is left to it. */
function threadsFor(cores: number): number {
  return Math.max(1, cores - 1);
}
