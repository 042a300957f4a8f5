// The module of the worker threads that `runHashJobs` starts.
import { closeSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { GgufError } from "../format/gguf-error.ts";
import { checkIdentity, fileChanged, identityOfOpen } from "./file-identity.ts";
import { loadHashers } from "./hash-hasher.ts";
import type { HashJob, HashMessage } from "./hash-job.ts";
import { runPass, ShortReadError, type PassDigest } from "./hash-pass.ts";

// Some hundred messages a second at most.
const BYTES_A_MESSAGE = 2 ** 25;

const say = (message: HashMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, a thread's port
  parentPort?.postMessage(message);
};

try {
  say({ type: "done", digests: await runJob(workerData as HashJob) });
} catch (error) {
  if (!(error instanceof GgufError)) throw error; // the other side hears of it as an error event
  const { code, reason, file, expected, got } = error;
  say({ type: "failed", problem: { code, reason, file, expected, got } });
}

async function runJob({ path, identity, extents, pass }: HashJob): Promise<PassDigest[]> {
  const createHasher = await loadHashers();
  const fd = openSync(path, "r");
  try {
    checkIdentity(identityOfOpen(fd), identity, path, "hashed");
    const digests = tellingProgress(runPass(fd, pass, extents, createHasher));
    checkIdentity(identityOfOpen(fd), identity, path, "hashed");
    return digests;
  } catch (error) {
    if (!(error instanceof ShortReadError)) throw error;
    throw fileChanged(path, "hashed", error.message);
  } finally {
    closeSync(fd);
  }
}

function tellingProgress(steps: Generator<number, PassDigest[]>): PassDigest[] {
  let bytes = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (!done) bytes += value;
    if (done || bytes >= BYTES_A_MESSAGE) {
      say({ type: "read", bytes });
      bytes = 0;
    }
    if (done) return value;
  }
}
