import { createHash } from "node:crypto";
import { appendFile, readFile, rename, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import {
  buildGguf,
  qwen3Model,
  seededRandom,
  type BuildOptions,
  type BuildTensor,
} from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { formatManifest, parseManifest, type HashDigest } from "../src/index.ts";
import {
  checkFileHashes,
  hashFile,
  readManifest,
  type HashEvent,
  type HashOptions,
} from "../src/node.ts";
import { bundleWorker, type BundledWorker } from "./worker-bundle.ts";
import { ggufErrorOf } from "./read.ts";

let bundled: BundledWorker;
beforeAll(async () => {
  bundled = await bundleWorker("hash-worker");
});
afterAll(() => bundled.remove());

let files = 0;
async function file(content: BuildOptions | Uint8Array | string): Promise<string> {
  const path = join(bundled.directory, `${files++}.gguf`);
  const isBytes = typeof content === "string" || content instanceof Uint8Array;
  await writeFile(path, isBytes ? content : buildGguf(content));
  return path;
}

/** Runs to the end; `onEvent` may change what is being hashed. */
async function finish<Result>(
  work: AsyncGenerator<HashEvent, Result>,
  onEvent: (event: HashEvent) => unknown = () => {},
): Promise<Result> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value;
    await onEvent(value);
  }
}

const hash = (path: string, options: HashOptions = {}): Promise<HashDigest[]> =>
  finish(hashFile(path, { worker: bundled.worker, ...options }));

const textTensor = (name: string, text: string): BuildTensor => {
  const data = new TextEncoder().encode(text);
  return { name, type: "I8", shape: [data.length], data };
};

/** What llama-gguf-hash --all --uuid prints for this model, saved as m.gguf. */
const SMALL_MODEL: BuildOptions = {
  tensors: [
    { name: "a", shape: [3], type: "F32", fill: 1 },
    { name: "empty", shape: [0], type: "F32" },
    { name: "b", shape: [32, 2], type: "Q8_0", fill: 7 },
  ],
};
const SMALL_MANIFEST = `\
xxh64     601ebe7eabc926f2  m.gguf:a
sha1      5d14db2ad2a98b19684056f10ad4c76f4a3b876d  m.gguf:a
sha256    3ee5f0d83bf791f0fb4d750a5719ce19d6d352ef7e5a4264e4b760f0f9c15014  m.gguf:a
xxh64     ef46db3751d8e999  m.gguf:empty
sha1      da39a3ee5e6b4b0d3255bfef95601890afd80709  m.gguf:empty
sha256    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  m.gguf:empty
xxh64     053a3363892c2186  m.gguf:b
sha1      f4cca3f925b042350febbe7e1deeb74626e9a4a8  m.gguf:b
sha256    21b3b79175786deab215c4582f17796e919e2a8426cf26c30610d142732afca2  m.gguf:b
xxh64     a79c7a8b6829afe0  m.gguf
sha1      fca272371731aad68c8f0d251c64e10034bba514  m.gguf
sha256    ddf7c9039cc74e19de3afb28320208473cd071b12054a34d66d21775e2383406  m.gguf
uuid      01945d33-2dc1-5a52-b697-3ffba8cdaf44  m.gguf
`;
const ALL = ["uuid", "sha256", "sha1", "xxh64"] as const;

/** Tensors of many sizes: none, one byte, odd ones, and some beyond a chunk; 70 MB together. */
function manyTensors(): BuildTensor[] {
  const random = seededRandom(7);
  return Array.from({ length: 300 }, (_, index) => {
    const bytes = index % 10 === 0 ? 0 : index % 30 === 1 ? 7_000_003 : 1 + ((index * 37) % 5000);
    const data = new Uint8Array(bytes).fill(Math.floor(random() * 256));
    data.set([index, index >> 8].slice(0, bytes));
    return { name: `blk.${index}.weight`, type: "I8", shape: [bytes], data };
  });
}

describe("hashFile", () => {
  it("writes the manifest that llama-gguf-hash writes", async () => {
    const digests = await hash(await file(SMALL_MODEL), { algorithms: ALL });
    expect(formatManifest(digests, "m.gguf")).toBe(SMALL_MANIFEST);
  });

  it("agrees with the reference vectors of xxHash", async () => {
    const texts = ["", "a", "abc", "xxhash"];
    const path = await file({ tensors: texts.map((text, index) => textTensor(`t${index}`, text)) });
    const digests = await hash(path, { whole: false });
    expect(digests.map(({ digest }) => digest)).toEqual([
      "ef46db3751d8e999",
      "d24ec4f1a98c6e5b",
      "44bc2cf5ad770999",
      "32dd38952c4bc720",
    ]);
  });

  it("agrees with node:crypto on hundreds of tensors, with any number of threads", async () => {
    const tensors = manyTensors();
    const path = await file({ tensors });
    const sha256 = (parts: readonly (Uint8Array | undefined)[]): string => {
      const digest = createHash("sha256");
      for (const part of parts) if (part) digest.update(part);
      return digest.digest("hex");
    };
    const expected = [
      ...tensors.map(({ data }) => sha256([data])),
      sha256(tensors.map(({ data }) => data)),
    ];
    const all = await hash(path, { algorithms: ALL, threads: 1 });
    const ofSha256 = all.filter(({ algorithm }) => algorithm === "sha256");
    expect(ofSha256.map(({ digest }) => digest)).toEqual(expected);
    for (const threads of [2, 5])
      expect(await hash(path, { algorithms: ALL, threads })).toEqual(all);
  });

  it("leaves metadata, padding and trailing bytes out", async () => {
    const { tensors = [] } = SMALL_MODEL;
    const other = await file({
      kv: [["general.name", "string", "x"]],
      tensors,
      alignment: 128,
      byteOrder: "big",
      trailing: Uint8Array.of(1, 2, 3),
    });
    const digests = await hash(other, { algorithms: ALL });
    expect(formatManifest(digests, "m.gguf")).toBe(SMALL_MANIFEST);
  });

  it("takes what is asked for, and xxh64 of everything by default", async () => {
    const path = await file(SMALL_MODEL);
    const kinds = async (options: HashOptions): Promise<string[]> =>
      (await hash(path, options)).map(({ algorithm, tensor }) => `${algorithm} ${tensor ?? "-"}`);
    expect(await kinds({})).toEqual(["xxh64 a", "xxh64 empty", "xxh64 b", "xxh64 -"]);
    expect(await kinds({ algorithms: ["sha1"], layers: false })).toEqual(["sha1 -"]);
    expect(await kinds({ algorithms: ["uuid"] })).toEqual(["uuid -"]);
    expect(await kinds({ whole: false, layers: false })).toEqual([]);
  });

  it("hashes a model without tensors", async () => {
    const digests = await hash(await file({}), { algorithms: ["sha1", "uuid"] });
    expect(digests.map(({ digest }) => digest)).toEqual([
      "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
    ]);
  });

  it("tells the header first and then how far it has come, up to all of the data", async () => {
    const path = await file({ tensors: manyTensors() });
    const events: HashEvent[] = [];
    await finish(hashFile(path, { worker: bundled.worker, threads: 2 }), (event) =>
      events.push(event),
    );
    expect(events[0]).toMatchObject({ type: "header", gguf: { version: 3 } });
    const steps = events.flatMap((event) => (event.type === "progress" ? [event] : []));
    const { total = 0 } = steps[0] ?? {};
    expect(total).toBeGreaterThan(70_000_000);
    expect(steps.at(-1)).toMatchObject({ done: total });
    expect(steps.map(({ done }) => done)).toEqual(
      steps.map(({ done }) => done).toSorted((a, b) => a - b),
    );
  });
});

describe("hashing what cannot be hashed", () => {
  it("refuses what is no GGUF file, or is cut short", async () => {
    expect(await ggufErrorOf(hash(await file("<html>")))).toMatchObject({ code: "not-gguf" });
    const model = buildGguf(qwen3Model());
    const cut = await file(model.subarray(0, model.length - 5000));
    expect(await ggufErrorOf(hash(cut))).toMatchObject({ code: "tensor-beyond-file", file: cut });
    const missing = join(bundled.directory, "missing.gguf");
    expect(await ggufErrorOf(hash(missing))).toMatchObject({ code: "cannot-open-file" });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ["shrinks", (path) => truncate(path, 200)],
    ["grows", (path) => appendFile(path, "more")],
    ["is written to", (path) => utimes(path, 1, 1)],
    ["is replaced", async (path) => rename(await file(await readFile(path)), path)],
  ])("refuses a file that %s meanwhile", async (_how, change) => {
    const path = await file(SMALL_MODEL);
    const work = hashFile(path, { worker: bundled.worker });
    const error = await ggufErrorOf(
      finish(work, (event) => event.type === "header" && change(path)),
    );
    expect(error).toMatchObject({ code: "file-changed", file: path });
  });

  it.each([
    ["throws", "throw new Error('out of luck')", "out of luck"],
    ["exits", "process.exit(7)", "exit code 7"],
    ["ends without a word", "", "exit code 0"],
    ["cannot be loaded", "import './nowhere.mjs'", "nowhere.mjs"],
  ])("fails where a worker %s", async (_how, code, message) => {
    const path = join(bundled.directory, `worker-${files++}.mjs`);
    await writeFile(path, code);
    const error = await ggufErrorOf(hash(await file(SMALL_MODEL), { worker: pathToFileURL(path) }));
    expect(error).toMatchObject({ code: "hash-worker-failed" });
    expect(error.message).toContain(message);
  });
});

describe("stopping", () => {
  it("aborts with the signal's reason, before and while workers run", async () => {
    const path = await file(SMALL_MODEL);
    const reason = new Error("enough");
    await expect(hash(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const endless = join(bundled.directory, "endless.mjs");
    await writeFile(endless, "for (;;);");
    const controller = new AbortController();
    const work = hashFile(path, { worker: pathToFileURL(endless), signal: controller.signal });
    const stopped = finish(work, ({ type }) => {
      if (type === "progress") setImmediate(() => controller.abort(reason));
    });
    await expect(stopped).rejects.toBe(reason);
  });

  it("ends its workers when nobody listens any more", async () => {
    const trace = await file("");
    const restless = join(bundled.directory, "restless.mjs");
    await writeFile(
      restless,
      `import { appendFileSync } from "node:fs";
      import { parentPort } from "node:worker_threads";
      setInterval(() => {
        appendFileSync(${JSON.stringify(trace)}, "x");
        parentPort.postMessage({ type: "read", bytes: 1 });
      }, 2);`,
    );
    let steps = 0;
    for await (const { type } of hashFile(await file(SMALL_MODEL), {
      worker: pathToFileURL(restless),
    }))
      if (type === "progress" && ++steps > 3) break;
    const written = (await readFile(trace)).length;
    expect(written).toBeGreaterThan(0);
    await setTimeout(50);
    expect(await readFile(trace)).toHaveLength(written);
  });
});

describe("checkFileHashes", () => {
  const check = (path: string, text: string) =>
    finish(checkFileHashes(path, parseManifest(text), { worker: bundled.worker }));

  it("accepts llama-gguf-hash's manifest, the uuid too", async () => {
    const result = await check(await file(SMALL_MODEL), SMALL_MANIFEST);
    expect(result).toMatchObject({ ok: true, file: "m.gguf", unlisted: [] });
    expect(result.entries).toHaveLength(13);
  });

  it("finds the one tensor that was changed", async () => {
    const [a, empty] = SMALL_MODEL.tensors ?? [];
    const b = { name: "b", shape: [32, 2], type: "Q8_0", fill: 8 } as const;
    const path = await file({ tensors: [a, empty, b].flatMap((tensor) => tensor ?? []) });
    const result = await check(path, SMALL_MANIFEST);
    expect(result.ok).toBe(false);
    const wrong = result.entries.filter(({ status }) => status === "mismatch");
    expect(wrong.map(({ algorithm, tensor }) => [algorithm, tensor])).toEqual([
      ["xxh64", "b"],
      ["sha1", "b"],
      ["sha256", "b"],
      ["xxh64", undefined],
      ["sha1", undefined],
      ["sha256", undefined],
      ["uuid", undefined],
    ]);
  });

  it("hashes nothing where nothing is listed", async () => {
    const path = await file(SMALL_MODEL);
    expect(await check(path, "")).toMatchObject({ ok: false, file: undefined, entries: [] });
  });
});

describe("readManifest", () => {
  it("reads UTF-8 and what PowerShell redirects", async () => {
    const expected = parseManifest(SMALL_MANIFEST);
    expect(await readManifest(await file(SMALL_MANIFEST))).toEqual(expected);
    const utf16 = Buffer.from(`\ufeff${SMALL_MANIFEST.replaceAll("\n", "\r\n")}`, "utf16le");
    expect(await readManifest(await file(utf16))).toEqual(expected);
  });

  it("names the manifest and the line, and refuses a file of any size", async () => {
    const path = await file(`${SMALL_MANIFEST}junk\n`);
    const error = await ggufErrorOf(readManifest(path));
    expect(error).toMatchObject({ code: "bad-manifest", file: path });
    expect(error.message).toContain("line 14");
    await truncate(path, 2 ** 40);
    expect(await ggufErrorOf(readManifest(path))).toMatchObject({
      code: "bad-manifest",
      got: 2 ** 40,
    });
  });
});
