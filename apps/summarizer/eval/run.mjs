import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/**
 * What the summariser made of a case.
 * @typedef {object} Written
 * @property {string | undefined} markdown undefined where it wrote no page
 * @property {string} error
 * @property {string[]} contradictions their attributes
 * @property {number} seconds
 * @property {number} worded sentences of the model's on the page
 */

/** The options that choose an engine: `extractive`, a server's URL, or a model. */
function engineOptions(/** @type {string} */ engine) {
  if (engine === "extractive") return ["--extractive"];
  return [/^https?:.*(?<!\.gguf)$/.test(engine) ? "--server" : "--model", engine];
}

/**
 * Runs the built summariser on a directory with a card.
 * @param {string} directory
 * @param {string} engine
 * @returns {Promise<Written>}
 */
export async function writePage(directory, engine) {
  const start = performance.now();
  const words = [MAIN, directory, ...engineOptions(engine), "--format", "json"];
  const { code, stdout, stderr } = await run(words);
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0)
    return { markdown: undefined, error: stderr.trim(), contradictions: [], seconds, worded: 0 };
  const { markdown, contradictions = [], lines = [] } = JSON.parse(stdout);
  const attributes = contradictions.map(
    (/** @type {{ attribute: string }} */ item) => item.attribute,
  );
  const worded = lines.filter((/** @type {{ writer: string }} */ line) => line.writer === "model");
  return { markdown, error: "", contradictions: attributes, seconds, worded: worded.length };
}

/** @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
export function run(/** @type {string[]} */ words) {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (data) => (stdout += data));
  child.stderr.setEncoding("utf8").on("data", (data) => (stderr += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
