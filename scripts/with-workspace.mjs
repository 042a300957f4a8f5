// Usage: node scripts/with-workspace.mjs [COMMAND [ARGUMENT...]]
// Installs and builds the workspace if something changed since the last time, then runs the command
// with the workspace's tools on its path. Needs Node and npm only: pnpm is fetched through npx for
// the install and is one of the workspace's own tools from then on. stdout stays the command's.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".installed-lockfile-sha256");
const OLDEST_NODE = 20;

/**
 * Runs a command to its end; what it prints goes where `stdio` says, and is collected where that is
 * a pipe.
 * @param {string[]} words
 * @param {import("node:child_process").StdioOptions} stdio
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(words, stdio) {
  const env = {
    ...process.env,
    PATH: bin + delimiter + process.env.PATH,
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    NPM_CONFIG_UPDATE_NOTIFIER: "false",
    DO_NOT_TRACK: "1",
  };
  const windows = process.platform === "win32"; // npm's commands are .cmd files there
  const [command = "", ...rest] = words;
  const child = spawn(command, rest, { cwd: root, env, stdio, shell: windows });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (/** @type {Buffer} */ data) => (output += data.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const killed = 128 + constants.signals[signal ?? "SIGTERM"];
      resolve({ code: code ?? killed, output });
    });
  });
}

/** @param {string} what @param {string[]} words @param {"shown" | "only-if-it-fails"} printing */
async function step(what, words, printing) {
  const stdio =
    printing === "shown" ? ["ignore", 2, 2] : /** @type {const} */ (["ignore", "pipe", "pipe"]);
  const { code, output } = await run(words, stdio);
  if (code === 0) return;
  console.error(`${output}${what} failed: ${words.join(" ")} ended with exit code ${code}`);
  process.exit(code);
}

async function install() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"])
    hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const pnpm = ["npx", "--yes", packageManager];
  const flags = ["--frozen-lockfile", "--reporter=append-only"];
  await step("installing", [...pnpm, "install", ...flags], "shown");
  writeFileSync(stamp, wanted);
}

const major = Number(process.versions.node.split(".")[0]);
if (major < OLDEST_NODE) {
  console.error(`ggufkit needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}`);
  process.exit(1);
}
process.on("SIGINT", () => {}); // the command gets it too, and its exit code is ours
await install();
const build = ["turbo", "run", "build", "--output-logs=errors-only", "--log-order=grouped"];
await step("building", build, "only-if-it-fails");
const command = process.argv.slice(2);
if (command.length > 0) process.exitCode = (await run(command, "inherit")).code;
