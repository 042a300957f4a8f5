import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ggufValue, kvString, type KvChange } from "../src/index.ts";
import {
  editFile,
  type EditEvent,
  type EditFileOptions,
  type EditResult,
  planFileEdit,
  readGgufFile,
} from "../src/node.ts";
import { failingWrites } from "./write-faults.ts";
import { ggufErrorOf } from "./read.ts";

const ORIGINAL = buildGguf({
  kv: [
    ["general.architecture", "string", "llama"],
    ["general.name", "string", "A name of some length, so that it can be cut"],
  ],
  tensors: [{ name: "t", type: "F32", shape: [3000], fill: 7 }],
  trailing: Uint8Array.of(1, 2, 3),
});
const JOURNAL = "model.gguf.ggufkit-journal";

const named = (name: string): KvChange[] => [
  { type: "set", key: "general.name", value: ggufValue("string", name) },
];
/** Fits into the header as it is. */
const SHORT = named("short");
/** Needs the file to be rewritten. */
const LONG = named("long".repeat(1000));

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-edit-"));
  path = join(directory, "model.gguf");
  await writeFile(path, ORIGINAL);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

interface Run {
  readonly events: EditEvent[];
  readonly result: EditResult;
}

async function edit(changes: readonly KvChange[], options: EditFileOptions = {}): Promise<Run> {
  const events: EditEvent[] = [];
  const editing = editFile(path, changes, options);
  for (;;) {
    const { done, value } = await editing.next();
    if (done === true) return { events, result: value };
    events.push(value);
  }
}

const nameIn = async (file: string): Promise<string | undefined> =>
  kvString(await readGgufFile(file), "general.name");

async function isAsBefore(file = path): Promise<void> {
  expect(Buffer.compare(await readFile(file), ORIGINAL)).toBe(0);
}

async function nothingHappened(): Promise<void> {
  await isAsBefore();
  expect(await readdir(directory)).toEqual(["model.gguf"]);
}

/** All that follows the header. */
async function dataIn(file: string): Promise<Uint8Array> {
  const { dataOffset } = await readGgufFile(file);
  return (await readFile(file)).subarray(dataOffset);
}

describe("editFile", () => {
  it.each([
    ["in-place", SHORT, "short"],
    ["rewrite", LONG, "long".repeat(1000)],
  ])("%s: changes the header and no byte of the data", async (way, changes, name) => {
    const before = await dataIn(path);
    const { result, events } = await edit(changes);
    expect(result.plan.way).toBe(way);
    expect(events[0]).toEqual({ type: "planned", plan: result.plan });
    expect(await nameIn(path)).toBe(name);
    expect(Buffer.compare(await dataIn(path), before)).toBe(0);
    expect(await readdir(directory)).toEqual(["model.gguf"]);
    expect((await stat(path)).size).toBe(result.plan.fileSize);
  });

  it("tells how far a rewritten file is", async () => {
    const { events, result } = await edit(LONG);
    const { bytesToWrite } = result.plan;
    const file = result.file;
    expect(events.at(-1)).toEqual({
      type: "progress",
      file,
      done: bytesToWrite,
      total: bytesToWrite,
    });
  });

  it.skipIf(process.platform === "win32")("keeps the permissions of what it rewrites", async () => {
    await chmod(path, 0o640);
    await edit(LONG);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  describe("into another file", () => {
    it("leaves the original alone", async () => {
      const out = join(directory, "out.gguf");
      await writeFile(out, "to be replaced");
      const { result } = await edit(SHORT, { out });
      expect(result.plan).toMatchObject({ way: "rewrite", reason: "elsewhere" });
      expect(await nameIn(out)).toBe("short");
      expect(Buffer.compare(await dataIn(out), await dataIn(path))).toBe(0);
      await isAsBefore();
      expect((await readdir(directory)).toSorted()).toEqual(["model.gguf", "out.gguf"]);
    });

    it("edits the file itself where that is the same one, by a symbolic link too", async () => {
      const symbolic = join(directory, "link.gguf");
      await symlink(path, symbolic);
      for (const out of [path, symbolic]) {
        await writeFile(path, ORIGINAL);
        expect((await edit(SHORT, { out })).result.plan.way).toBe("in-place");
        expect(await nameIn(path)).toBe("short");
        await edit(LONG, { out });
        expect(await nameIn(symbolic)).toBe("long".repeat(1000));
      }
    });

    it("gives a hard link of the file its own content, and leaves the original alone", async () => {
      const out = join(directory, "hard.gguf");
      await link(path, out);
      await edit(SHORT, { out });
      expect(await nameIn(out)).toBe("short");
      await isAsBefore();
    });

    it("refuses a directory", async () => {
      const out = join(directory, "out");
      await mkdir(out);
      expect(await ggufErrorOf(edit(SHORT, { out }))).toMatchObject({ code: "not-a-file" });
    });
  });

  it("edits the file that a symbolic link names, and keeps the link", async () => {
    const real = path;
    path = join(directory, "link.gguf");
    await symlink(real, path);
    await edit(LONG);
    expect(await nameIn(real)).toBe("long".repeat(1000));
    expect((await readdir(directory)).toSorted()).toEqual(["link.gguf", "model.gguf"]);
  });

  describe("leaves the file as it was where", () => {
    afterEach(nothingHappened);

    it("a change is refused", async () => {
      const error = await ggufErrorOf(edit([{ type: "remove", key: "missing" }]));
      expect(error).toMatchObject({ code: "no-such-key", key: "missing" });
    });

    it.each([0, 1])("the disk is full while it rewrites (write %i)", async (from) => {
      await failingWrites({ from });
      expect(await ggufErrorOf(edit(LONG))).toMatchObject({ code: "cannot-write-file" });
    });

    it.each([0, 1])("writing in place fails (write %i: the journal, the header)", async (from) => {
      await failingWrites({ from, count: 1 });
      const error = await ggufErrorOf(edit(SHORT));
      expect(error).toMatchObject({ code: "cannot-write-file", cause: { code: "ENOSPC" } });
    });

    it.each([
      ["in place", SHORT],
      ["by rewriting", LONG],
    ])("the caller aborts, %s", async (_, changes) => {
      const controller = new AbortController();
      const aborted = async (): Promise<void> => {
        const { signal } = controller;
        for await (const { type } of editFile(path, changes, { signal }))
          if (type === "planned") controller.abort(new Error("enough"));
      };
      await expect(aborted()).rejects.toThrow("enough");
    });

    it("the consumer stops", async () => {
      for await (const { type } of editFile(path, LONG)) if (type === "progress") break;
    });

    it("only a plan is asked for", async () => {
      const before = await stat(path);
      expect((await planFileEdit(path, SHORT)).way).toBe("in-place");
      expect((await planFileEdit(path, LONG)).way).toBe("rewrite");
      expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    });
  });

  it.each([
    ["in place", SHORT],
    ["by rewriting", LONG],
  ])("refuses a file that something else wrote to meanwhile, %s", async (_, changes) => {
    const meanwhile = async (): Promise<void> => {
      for await (const { type } of editFile(path, changes))
        if (type === "planned") await utimes(path, 1, 1);
    };
    expect(await ggufErrorOf(meanwhile())).toMatchObject({ code: "file-changed", file: path });
    await nothingHappened();
  });

  describe("after an edit that was cut short", () => {
    /** Writing the header fails half way, and so does putting the old one back. */
    async function cutShort(): Promise<void> {
      await failingWrites({ from: 1 });
      const error = await ggufErrorOf(edit(SHORT));
      expect(error).toMatchObject({ code: "unfinished-edit", file: path });
      expect(error.message).toContain(JOURNAL);
      vi.restoreAllMocks();
      expect(Buffer.compare(await readFile(path), ORIGINAL)).not.toBe(0);
    }

    it("puts the old header back before it edits", async () => {
      await cutShort();
      const { events } = await edit(named("another"));
      expect(events[0]).toEqual({ type: "restored", file: path });
      expect(await nameIn(path)).toBe("another");
      expect(await readdir(directory)).toEqual(["model.gguf"]);
    });

    it("puts it back even where the edit that follows is refused", async () => {
      await cutShort();
      await ggufErrorOf(edit([{ type: "remove", key: "missing" }]));
      await isAsBefore();
    });

    it("writes nothing where an edit is only planned, and says why", async () => {
      await cutShort();
      const before = await readFile(path);
      const error = await ggufErrorOf(planFileEdit(path, SHORT));
      expect(error).toMatchObject({ code: "unfinished-edit" });
      expect(Buffer.compare(await readFile(path), before)).toBe(0);
    });

    it("does not touch a file that was put there since", async () => {
      await cutShort();
      const other = ORIGINAL.slice().fill(0x41, 100, 120);
      await writeFile(path, other);
      expect(await ggufErrorOf(edit(SHORT))).toMatchObject({ code: "unfinished-edit" });
      expect(Buffer.compare(await readFile(path), other)).toBe(0);
      await writeFile(path, Buffer.concat([ORIGINAL, Buffer.of(0)]));
      expect(await ggufErrorOf(edit(SHORT))).toMatchObject({ code: "unfinished-edit" });
    });

    it("removes a journal that was cut short itself: the file was not touched yet", async () => {
      await cutShort();
      const journal = join(directory, JOURNAL);
      const whole = await readFile(journal);
      for (const length of [0, 10, 30, whole.length - 1]) {
        await writeFile(path, ORIGINAL);
        await writeFile(journal, whole.subarray(0, length));
        const { events } = await edit(SHORT);
        expect(events[0]?.type).toBe("planned");
        expect(await readdir(directory)).toEqual(["model.gguf"]);
      }
    });
  });
});
