import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { vi } from "vitest";

// Claims, ledgers and records are shorter, and pieces of model files longer.
const SHORT_BYTES = 1000;

/**
 * Makes the disk full after so many bytes of model files, which are written by `write` in chunks and
 * by `writeFile` as a stream. Ends with `vi.restoreAllMocks()`.
 */
export async function fullDiskAfter(bytes: number): Promise<void> {
  const prototype = await handlePrototype();
  let left = bytes;
  for (const name of ["write", "writeFile"] as const) {
    const original = Reflect.get(prototype, name) as (...input: unknown[]) => Promise<unknown>;
    const faulty = async function faulty(this: FileHandle, ...input: unknown[]): Promise<unknown> {
      const [data] = input;
      const length = data instanceof Uint8Array ? data.byteLength : 0;
      if (length > SHORT_BYTES) left -= length;
      if (left >= 0) return original.apply(this, input);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    vi.spyOn(prototype, name).mockImplementation(faulty as never);
  }
}

async function handlePrototype(): Promise<FileHandle> {
  const handle = await open(tmpdir(), "r");
  try {
    return Object.getPrototypeOf(handle) as FileHandle;
  } finally {
    await handle.close();
  }
}
