/**
 * Writes llama-gguf-split.json: what the real llama-gguf-split makes of the cases of @ggufkit/fixtures,
 * for the tests to compare with. Run it, after a build, when a case is added or llama.cpp has changed:
 *
 *   node run-llama-gguf-split.mjs PATH_OF_LLAMA_GGUF_SPLIT
 *
 * A case is split, and merged again from what came of it; sets are merged. Of every file that the
 * tool writes the table has size and sha256, and `isUnreadable` where the tool itself cannot read it;
 * null stands for a run that it ends with an error.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildGguf, ggufMergeCases, ggufSplitCases } from "@ggufkit/fixtures";

const [given] = process.argv.slice(2);
if (given === undefined) {
  console.error("usage: node run-llama-gguf-split.mjs PATH_OF_LLAMA_GGUF_SPLIT");
  process.exit(2);
}
const tool = resolve(given);
const table = new URL("llama-gguf-split.json", import.meta.url);

const work = await mkdtemp(join(tmpdir(), "ggufkit-reference-"));
try {
  const splits = {};
  for (const one of ggufSplitCases()) splits[one.name] = await split(one);
  const merges = {};
  for (const one of ggufMergeCases()) merges[one.name] = await merge(one);
  const version = await versionOf();
  await writeFile(table, `${JSON.stringify({ version, splits, merges }, undefined, 2)}\n`);
} finally {
  await rm(work, { recursive: true });
}

async function split({ name, whole, limit, noTensorFirstSplit = false }) {
  const directory = await emptyDirectory(name);
  const input = join(directory, "whole.gguf");
  await writeFile(input, buildGguf(whole));
  const most =
    "maxTensors" in limit
      ? ["--split-max-tensors", String(limit.maxTensors)]
      : ["--split-max-size", `${limit.maxMegabytes}M`];
  const first = noTensorFirstSplit ? ["--no-tensor-first-split"] : [];
  const isDone = await run("--split", ...most, ...first, input, join(directory, name));
  const names = (await readdir(directory)).filter((file) => file !== "whole.gguf").toSorted();
  if (!isDone) return { files: null, merged: null };
  const files = [];
  for (const file of names) files.push({ name: file, ...(await digest(join(directory, file))) });
  return { files, merged: await mergeFrom(directory, names[0]) };
}

async function merge({ name, shards }) {
  const directory = await emptyDirectory(`merge-${name}`);
  for (const shard of shards) await writeFile(join(directory, shard.name), shard.bytes);
  return mergeFrom(directory, shards[0].name);
}

async function mergeFrom(directory, first) {
  const merged = join(directory, "merged.gguf");
  const isDone = await run("--merge", join(directory, first), merged);
  return isDone ? digest(merged) : null;
}

async function emptyDirectory(name) {
  const directory = join(work, name);
  await mkdir(directory);
  return directory;
}

async function digest(path) {
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const isReadable = await run("--split", "--dry-run", path, "none");
  return { bytes: bytes.length, sha256, ...(!isReadable && { isUnreadable: true }) };
}

async function run(...words) {
  try {
    await promisify(execFile)(tool, words);
    return true;
  } catch (error) {
    // A number is the exit code; a signal is an abort, which the tool ends with too.
    if (typeof error.code !== "number" && error.signal === undefined) throw error;
    console.error(`${words.join(" ")}: ${error.stderr.trim().split("\n").at(-1)}`);
    return false;
  }
}

async function versionOf() {
  const { stderr } = await promisify(execFile)(tool, ["--version"]);
  return stderr.split("\n")[0].replace("version: ", "");
}
