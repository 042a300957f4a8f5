import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";

import { vi } from "vitest";

/** Which writes fail, counted from 0 over all files from now on. */
export interface WriteFault {
  readonly from: number;
  /** Default: all that follow. */
  readonly count?: number;
}

type Write = (
  this: FileHandle,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<unknown>;

/**
 * Makes writes fail as on a full disk, the first of them after half of what it was to write. Ends
 * with `vi.restoreAllMocks()`.
 */
export async function failingWrites({ from, count = Infinity }: WriteFault): Promise<void> {
  const prototype = await handlePrototype();
  const write = Reflect.get(prototype, "write") as Write;
  let calls = 0;
  const faulty: Write = async function faulty(bytes, offset, length, position) {
    const call = calls++;
    if (call < from || call >= from + count)
      return write.call(this, bytes, offset, length, position);
    if (call === from) await write.call(this, bytes, offset, Math.floor(length / 2), position);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  vi.spyOn(prototype, "write").mockImplementation(faulty as FileHandle["write"]);
}

async function handlePrototype(): Promise<FileHandle> {
  const handle = await open(tmpdir(), "r");
  try {
    return Object.getPrototypeOf(handle) as FileHandle;
  } finally {
    await handle.close();
  }
}
