import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { buildQwen3Model } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit } from "./run.ts";

let directory: string;
let model: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-lint-"));
  model = await file("model.gguf", buildQwen3Model({ contextLength: 40_960 }));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** Right for Qwen3 while it thinks. */
const SAMPLING = ["--temp", "0.6", "--top-k", "20", "--top-p", "0.95", "--min-p", "0"];

describe("lint", () => {
  it("finds nothing in a command that is right", async () => {
    const command = ["llama-server", "-m", model, "-c", "32768", "-np", "1", ...SAMPLING];
    const { code, stdout, stderr } = await ggufkit(["lint", model, "--", ...command]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "no problems\n", stderr: "" });
  });

  it("exits with 3 and tells what is wrong, errors first", async () => {
    const command = ["llama-server", "-c", "131072", "--temp", "0", ...SAMPLING.slice(2)];
    const { code, stdout, stderr } = await ggufkit(["lint", model, "--", ...command]);
    expect(code).toBe(3);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ["error", "yarn-missing"],
      ["warning", "greedy-thinking"],
      ["note", "context-capped"],
      [""],
    ]);
    expect(stderr).toBe("ggufkit: the command: 1 error and 1 warning\n");
  });

  it("prints the mended command for a shell, and nothing else on stdout", async () => {
    const words = ["llama-server", "--alias", "it's $HOME", "-c", "131072", ...SAMPLING];
    const { code, stdout, stderr } = await ggufkit(["lint", model, "--fix", "--", ...words]);
    expect(code).toBe(0);
    expect(stderr).toContain("yarn-missing");
    const printed = await promisify(execFile)("sh", ["-c", `printf '%s\\n' ${stdout}`]);
    expect(printed.stdout.split("\n").slice(0, -1)).toEqual([
      ...words,
      "--rope-scaling",
      "yarn",
      "--rope-scale",
      "4",
      "--yarn-orig-ctx",
      "32768",
    ]);
    const again = await ggufkit(["lint", model, "--", ...printed.stdout.trimEnd().split("\n")]);
    expect(again.code).toBe(0);
  });

  it("exits with 3 where something is left that nothing mends", async () => {
    const words = ["llama-server", "-c", "8192", ...SAMPLING, "stray"];
    const { code, stdout, stderr } = await ggufkit(["lint", model, "--fix", "--", ...words]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: `${words.join(" ")}\n` });
    expect(stderr).toContain("1 error left");
  });

  it("prints one JSON document", async () => {
    const words = ["llama-server", "-c", "8192", "-fa", ...SAMPLING];
    const { code, stdout } = await ggufkit(["lint", model, "--json", "--fix", "--", ...words]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          code: "flag-without-value",
          severity: "error",
          message: expect.stringContaining("-fa: expected on, off or auto"),
          setting: "flash-attn",
          fix: [{ action: "set", setting: "flash-attn", value: "on" }],
        },
      ],
      fixed: `llama-server -c 8192 -fa on ${SAMPLING.join(" ")}`,
    });
  });

  it("reads a Modelfile, and presets", async () => {
    const modelfile = await file(
      "Modelfile",
      "FROM ./model.gguf\n# mine\nPARAMETER num_ctx 65536\n",
    );
    const fixed = await ggufkit(["lint", model, "--file", modelfile, "--fix"]);
    expect(fixed.code).toBe(0);
    expect(fixed.stdout).toMatch(/^FROM \.\/model\.gguf\n# mine\nPARAMETER num_ctx 40960\n/);
    expect(fixed.stderr).toContain("cannot-scale");
    const presets = await file("presets.ini", "[a]\nmodel = model.gguf\nc = 131072\n");
    const found = await ggufkit(["lint", model, "--file", presets]);
    expect(found.code).toBe(3);
    expect(found.stdout).toContain("yarn-missing  [a] ");
  });

  it("holds a command against a machine", async () => {
    const words = ["llama-server", "-c", "4000000", "-np", "1", ...SAMPLING];
    const machine = ["--ram", "2G", "--gpu", "1G"];
    const { code, stdout } = await ggufkit(["lint", model, ...machine, "--json", "--", ...words]);
    expect(code).toBe(3);
    const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
    expect(findings.map((found) => found.code)).toContain("memory-exceeded");
  });

  it.each<[string, () => string[]]>([
    ["no command", () => [model]],
    ["a command and a file", () => [model, "--file", "Modelfile", "--", "llama-server"]],
    ["another program", () => [model, "--", "ollama", "run", "x"]],
    ["a day that is none", () => [model, "--llama-build", "soon", "--", "llama-server"]],
    ["a size that is none", () => [model, "--ram", "much", "--", "llama-server"]],
  ])("exits with 2 for %s", async (_, words) => {
    const { code, stdout } = await ggufkit(["lint", ...words()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
