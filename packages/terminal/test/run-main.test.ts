import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const TOOL = fileURLToPath(new URL("fixtures/tool.mjs", import.meta.url));

type Run = { code: number | null; stdout: string; stderr: string };

function start(scenario: string, env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [TOOL, scenario], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finish(child: ChildProcess): Promise<Run> {
  const run: Run = { code: null, stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (run.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (run.stderr += text));
  [run.code] = await once(child, "close");
  return run;
}

test.each([
  ["done", 0, "result\n", ""],
  ["returns", 3, "", ""],
  ["usage", 2, "", "tool: no such quantisation: Q9\n  Q4_K_M\n  Q8_0\n"],
  ["mapped", 2, "", "tool: not a reference: x\n"],
  ["invalid", 3, "", "tool: bad magic at offset 0: expected GGUF, got GGML\n"],
  ["commander", 2, "", "error: unknown option '--x'\n"],
  ["help", 0, "", ""],
  ["stray", 1, "", "tool: nobody listens\n"],
  ["fails", 1, "", "tool: cannot reach the Hub: fetch failed: connect ECONNREFUSED 127.0.0.1:9\n"],
])("%s exits with %i and prints its message once", async (scenario, code, stdout, stderr) => {
  expect(await finish(start(scenario))).toEqual({ code, stdout, stderr });
});

test("only GGUFKIT_DEBUG=1 shows a stack trace", async () => {
  const { stderr } = await finish(start("fails", { GGUFKIT_DEBUG: "1" }));
  expect(stderr).toMatch(/cannot reach the Hub[\s\S]*\n\s+at .*tool\.mjs[\s\S]*ECONNREFUSED/);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s lets the work clean up and exits with %i", async (signal, code) => {
  const child = start("waits");
  const finished = finish(child);
  child.stdout?.once("data", () => child.kill(signal));
  expect(await finished).toEqual({
    code,
    stdout: "ready\ncleaned up\n",
    stderr: "tool: interrupted\n",
  });
});

test("a second SIGINT ends work that does not listen", async () => {
  const child = start("stubborn");
  const finished = finish(child);
  child.stdout?.once("data", () => {
    // Two signals sent at once may arrive as one, so the second is repeated until the end.
    const timer = setInterval(() => child.kill("SIGINT"), 50);
    child.once("close", () => clearInterval(timer));
  });
  expect(await finished).toMatchObject({ code: 130 });
});

test.each(["floods", "floods blindly", "floods until told"])(
  "%s: a closed pipe is silent",
  async (scenario) => {
    const child = start(scenario);
    child.stdout?.once("data", () => child.stdout?.destroy());
    let stderr = "";
    child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  },
);

test("work is told that it stops because of a closed pipe", async () => {
  const child = start("told why");
  const finished = finish(child);
  child.stdout?.once("data", () => child.stdout?.destroy());
  expect(await finished).toMatchObject({ code: 0, stderr: "closed-output\n" });
});

test("progress in a pipe is at most a line for each tenth, without control characters", async () => {
  const { stderr, stdout } = await finish(start("progress"));
  const lines = stderr.trimEnd().split("\n");
  expect(stdout).toBe("");
  expect(lines.map((line) => line.match(/\d+%/)?.[0])).toEqual([
    ...Array.from({ length: 11 }, (_, step) => `${step * 10}%`),
    undefined, // the note
  ]);
  expect(lines[0]).toBe("ab.gguf: 0%, 0 B of 1.00 GB");
  expect(lines.at(-1)).toBe("wrote 1.00 GB");
});
