import { availableParallelism } from "node:os";

import type { Gguf } from "../format/gguf.ts";
import type { HashDigest, HashRequest } from "../hash/hash-request.ts";
import { planHashing } from "../hash/plan-hashing.ts";
import type { ReadOptions } from "../read/read-gguf.ts";
import { fileChanged, identityAt } from "./file-identity.ts";
import type { HashJob } from "./hash-job.ts";
import type { PassDigest } from "./hash-pass.ts";
import { runHashJobs, type WorkerOptions } from "./hash-workers.ts";
import { readGgufFile } from "./read-file.ts";

/** How a file is hashed. */
export interface HashingOptions extends WorkerOptions, Pick<ReadOptions, "limits"> {
  /** Most worker threads. Default as many as the machine runs at once. */
  readonly threads?: number | undefined;
}

/** What hashing tells on its way. */
export type HashEvent =
  /** The header, before any data is read. */
  | { readonly type: "header"; readonly gguf: Gguf }
  /** In bytes of tensor data; data that two workers read counts half each time. */
  | { readonly type: "progress"; readonly done: number; readonly total: number };

/**
 * Reads a file's header, asks what to hash, and hashes it. Digests come back in the request's
 * order, those of single tensors first.
 *
 * @throws {GgufError} as `readGgufFile` does, and `file-changed`, `hash-worker-failed`
 */
export async function* hashTensors(
  path: string,
  choose: (gguf: Gguf) => HashRequest,
  options: HashingOptions,
): AsyncGenerator<HashEvent, HashDigest[]> {
  const { signal, limits, threads = availableParallelism() } = options;
  const identity = await identityAt(path);
  const gguf = await readGgufFile(path, { signal, limits });
  if (!identity) throw fileChanged(path, "hashed", "it has just been created");
  yield { type: "header", gguf };
  const request = choose(gguf);
  const extents = gguf.tensors.map(({ offset, bytes }) => ({
    start: gguf.dataOffset + offset,
    bytes,
  }));
  const passes = planHashing(
    request,
    extents.map(({ bytes }) => bytes),
    threads,
  );
  const jobs = passes.map((pass): HashJob => ({ path, identity, extents, pass }));
  const digests = yield* withProgress(jobs, options);
  return inOrder(request, digests, gguf);
}

async function* withProgress(
  jobs: readonly HashJob[],
  options: WorkerOptions,
): AsyncGenerator<HashEvent, PassDigest[]> {
  const [first] = jobs;
  const total = first ? first.extents.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
  const toRead = jobs.reduce((sum, { pass }) => sum + pass.bytes, 0);
  const running = runHashJobs(jobs, options);
  let read = 0;
  try {
    for (;;) {
      const done = toRead > 0 ? Math.floor((total * read) / toRead) : total;
      yield { type: "progress", done, total };
      const step = await running.next();
      if (step.done) return step.value;
      read += step.value;
    }
  } finally {
    await running.return([]);
  }
}

function inOrder(
  { whole, layers }: HashRequest,
  digests: readonly PassDigest[],
  gguf: Gguf,
): HashDigest[] {
  const byKey = new Map(digests.map((digest) => [keyOf(digest), digest.digest]));
  const wanted = [...layers, ...whole.map((algorithm) => ({ algorithm, tensor: undefined }))];
  return wanted.map((hash) => ({
    algorithm: hash.algorithm,
    tensor: hash.tensor === undefined ? undefined : gguf.tensors[hash.tensor]?.name,
    digest: byKey.get(keyOf(hash)) ?? "",
  }));
}

function keyOf({ algorithm, tensor }: Pick<PassDigest, "algorithm" | "tensor">): string {
  return tensor === undefined ? algorithm : `${algorithm} ${tensor}`;
}
