import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildQwen3Model } from "@ggufkit/fixtures";
import { getLlama, type Llama, LlamaLogLevel } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  bytesSource,
  copyTensorData,
  ggufValue,
  type KvChange,
  type NewGguf,
  planGguf,
  readGguf,
} from "../src/index.ts";
import { editFile, writeGgufFile } from "../src/node.ts";

let directory: string;
let llama: Llama;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-engine-"));
  llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
});
afterAll(async () => {
  await llama.dispose();
  await rm(directory, { recursive: true });
});

/** What the engine makes of a model: its name, a text as tokens, and what it thinks comes next. */
interface Answer {
  readonly name: string | undefined;
  readonly tokens: readonly number[];
  readonly next: readonly number[];
}

async function answerOf(path: string): Promise<Answer> {
  const model = await llama.loadModel({ modelPath: path });
  try {
    const context = await model.createContext({ contextSize: 64, threads: 2 });
    const tokens = model.tokenize("the other thing");
    const next: number[] = [];
    for await (const token of context.getSequence().evaluate(tokens, { temperature: 0 }))
      if (next.push(token) === 4) break;
    return { name: model.fileInfo.metadata.general.name, tokens, next };
  } finally {
    await model.dispose();
  }
}

/** Reads the tiny model and writes it with our writer. */
async function rewritten(name: string, change: Partial<NewGguf> = {}): Promise<string> {
  const source = bytesSource(buildQwen3Model());
  const original = await readGguf(source);
  const kv = new Map(original.kv).set("general.name", ggufValue("string", name));
  const plan = planGguf({ kv, tensors: original.tensors, original, ...change });
  const path = join(directory, `${name}.gguf`);
  for await (const _ of writeGgufFile(path, plan, copyTensorData(original, source)));
  return path;
}

async function edited(path: string, changes: readonly KvChange[]): Promise<string> {
  const editing = editFile(path, changes);
  for (;;) {
    const { done, value } = await editing.next();
    if (done === true) return value.plan.way;
  }
}

const named = (name: string): KvChange[] => [
  { type: "set", key: "general.name", value: ggufValue("string", name) },
];

describe("the engine", () => {
  let original: Answer;
  beforeAll(async () => {
    const path = join(directory, "original.gguf");
    await writeFile(path, buildQwen3Model());
    original = await answerOf(path);
  });

  it("answers at all", () => {
    expect(original).toMatchObject({ name: "Tiny Qwen3", next: { length: 4 } });
  });

  it.each([undefined, 64, 4096])("answers alike from a written file (%s)", async (alignment) => {
    const name = `written ${alignment}`;
    const path = await rewritten(name, { alignment });
    expect(await answerOf(path)).toEqual({ ...original, name });
  });

  it("answers alike from a file that was edited in place", async () => {
    const path = await rewritten("a name that is long enough to be cut by much");
    expect(await edited(path, named("short"))).toBe("in-place");
    expect(await answerOf(path)).toEqual({ ...original, name: "short" });
  });

  it("answers alike from a file that an edit rewrote", async () => {
    const path = await rewritten("a name");
    const name = "a long name ".repeat(50);
    expect(await edited(path, named(name))).toBe("rewrite");
    expect(await answerOf(path)).toEqual({ ...original, name });
  });
});
