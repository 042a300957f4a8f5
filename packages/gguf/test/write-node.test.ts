import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type DataOf, ggufValue, planGguf } from "../src/index.ts";
import { readGgufFile, writeGgufFile, type WriteProgress } from "../src/node.ts";
import { failingWrites } from "./write-faults.ts";
import { ggufErrorOf } from "./read.ts";

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-write-"));
  path = join(directory, "model.gguf");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

const plan = planGguf({
  kv: [["general.name", ggufValue("string", "x")]],
  tensors: [
    { name: "a", type: "F32", shape: [10] },
    { name: "b", type: "F32", shape: [10] },
  ],
});
const dataOf: DataOf = ({ bytes }) => new Uint8Array(bytes).fill(1);

async function write(data: DataOf, signal?: AbortSignal): Promise<WriteProgress[]> {
  const events: WriteProgress[] = [];
  for await (const event of writeGgufFile(path, plan, data, { signal })) events.push(event);
  return events;
}

async function nothingHappened(): Promise<void> {
  expect(await readFile(path, "utf8")).toBe("before");
  expect(await readdir(directory)).toEqual(["model.gguf"]);
}

describe("writeGgufFile", () => {
  it("writes a file, tells how far it is, and leaves nothing else", async () => {
    const events = await write(dataOf);
    expect(events.at(-1)).toEqual({
      type: "progress",
      file: path,
      done: plan.fileSize,
      total: plan.fileSize,
    });
    const gguf = await readGgufFile(path);
    expect(gguf.fileSize).toBe(plan.fileSize);
    expect(await readdir(directory)).toEqual(["model.gguf"]);
  });

  describe("leaves what was there, and nothing else, where", () => {
    beforeEach(() => writeFile(path, "before"));
    afterEach(nothingHappened);

    it("the data is wrong", async () => {
      const error = await ggufErrorOf(
        write(({ name, bytes }) => new Uint8Array(name === "b" ? 1 : bytes)),
      );
      expect(error).toMatchObject({ code: "wrong-data-length", tensor: "b" });
    });

    it("getting the data fails", async () => {
      const failing = write(() => Promise.reject(new Error("no data")));
      await expect(failing).rejects.toThrow("no data");
    });

    it("the caller aborts", async () => {
      const controller = new AbortController();
      const data: DataOf = (tensor) => {
        if (tensor.name === "b") controller.abort(new Error("enough"));
        return dataOf(tensor);
      };
      await expect(write(data, controller.signal)).rejects.toThrow("enough");
    });

    it("the consumer stops", async () => {
      for await (const { done } of writeGgufFile(path, plan, dataOf)) if (done > 0) break;
    });

    it("the disk is full", async () => {
      await failingWrites({ from: 2 });
      const error = await ggufErrorOf(write(dataOf));
      expect(error).toMatchObject({
        code: "cannot-write-file",
        file: path,
        cause: { code: "ENOSPC" },
      });
    });
  });

  it("says that there is no such directory", async () => {
    path = join(directory, "missing", "model.gguf");
    const error = await ggufErrorOf(write(dataOf));
    expect(error).toMatchObject({ code: "cannot-write-file", cause: { code: "ENOENT" } });
  });
});
