import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type MachineLook, machineOf } from "../src/machine-arguments.ts";
import { ggufkit } from "./run.ts";

const GIB = 2 ** 30;

const withGpus = (gpus: Awaited<ReturnType<MachineLook["gpus"]>>): MachineLook => ({
  hardware: async () => ({ cores: 8, memoryBytes: 32 * GIB }),
  gpus: async () => gpus,
});
const LOOK = withGpus([{ memoryBytes: 24 * GIB, name: "A" }, { memoryBytes: 12 * GIB }]);

describe("a machine", () => {
  it("has the GPUs that are typed, or with auto those that are found", async () => {
    expect(await machineOf({ gpu: ["24G", "512 MiB"] }, {}, LOOK)).toEqual({
      cores: 8,
      memoryBytes: undefined,
      gpus: [{ memoryBytes: 24 * GIB }, { memoryBytes: GIB / 2 }],
    });
    expect(await machineOf({ gpu: ["auto"], ram: "auto" }, {}, LOOK)).toMatchObject({
      memoryBytes: 32 * GIB,
      gpus: [{ memoryBytes: 24 * GIB, name: "A" }, { memoryBytes: 12 * GIB }],
    });
    expect(await machineOf({}, {}, LOOK)).toMatchObject({ gpus: [] });
  });

  it("looks for GPUs as the environment shows them", async () => {
    const env = { CUDA_VISIBLE_DEVICES: "1" };
    const seen: unknown[] = [];
    const gpus: MachineLook["gpus"] = async (options) => {
      seen.push(options.env);
      return [{ memoryBytes: GIB }];
    };
    await machineOf({ gpu: ["auto"] }, env, { ...LOOK, gpus });
    expect(seen).toEqual([env]);
  });

  it("with unified memory has each byte once", async () => {
    const mac = withGpus([{ memoryBytes: 21 * GIB, unified: true }]);
    const machine = await machineOf({ gpu: ["auto"], ram: "auto" }, {}, mac);
    expect(machine.memoryBytes).toBe(11 * GIB);
  });

  it.each([
    { gpu: ["auto", "24G"] },
    { gpu: ["auto", "auto"] },
    { gpu: ["x"] },
    { gpu: ["0G"] },
    { gpu: ["-1G"] },
    { gpu: ["RTX 4090"] },
  ])("is not described by %j", async (options) => {
    await expect(machineOf(options, {}, LOOK)).rejects.toMatchObject({ name: "UsageError" });
  });

  it("without a GPU is told of with what was tried", async () => {
    const env = { CUDA_VISIBLE_DEVICES: "" };
    const failure = machineOf({ gpu: ["auto"] }, env, withGpus([]));
    await expect(failure).rejects.toMatchObject({ code: "no-gpu" });
    await expect(failure).rejects.toThrow(
      /no GPU was found; tried .+; CUDA_VISIBLE_DEVICES is set/,
    );
  });
});

describe("--gpu auto", () => {
  let directory = "";
  let model = "";

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ggufkit-machine-"));
    model = join(directory, "model.gguf");
    const bytes = buildGguf({
      kv: [
        ["general.architecture", "string", "llama"],
        ["llama.block_count", "u32", 1],
        ["llama.context_length", "u32", 4_096],
        ["llama.embedding_length", "u32", 64],
        ["llama.attention.head_count", "u32", 4],
      ],
      tensors: [{ name: "token_embd.weight", shape: [64, 8], type: "F32" }],
    });
    await writeFile(model, bytes);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.skipIf(process.platform !== "linux")("finds what nvidia-smi tells of", async () => {
    const program = join(directory, "nvidia-smi");
    await writeFile(program, "#!/bin/sh\necho '0, GPU-1, NVIDIA L4, 23034, 22563, [N/A]'\n");
    await chmod(program, 0o755);
    const path = `${directory}${delimiter}${process.env["PATH"] ?? ""}`;
    const words = ["config", model, "--for", "llama-server", "--gpu", "auto", "--json"];
    const found = await ggufkit(words, { env: { PATH: path } });
    expect(found).toMatchObject({ code: 0 });
    const [, gpu] = JSON.parse(found.stdout).memory.devices;
    expect(gpu).toMatchObject({ availableBytes: 23_034 * 2 ** 20 - GIB });
  });

  it("ends with 1 and what was tried where there is none", async () => {
    const words = ["config", model, "--for", "llama-server", "--gpu", "auto"];
    // No program is found, and this machine's own cards are hidden.
    const env = { PATH: directory, CUDA_VISIBLE_DEVICES: "", HIP_VISIBLE_DEVICES: "" };
    await rm(join(directory, "nvidia-smi"), { force: true });
    const none = await ggufkit(words, { env });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("no GPU was found; tried");
  });

  it("and a size together are a slip, and end with 2", async () => {
    const both = ["--gpu", "auto", "--gpu", "24G"];
    const { code, stderr } = await ggufkit(["memory", model, ...both]);
    expect(code).toBe(2);
    expect(stderr).toContain("--gpu auto");
  });
});
