import { open, rename, rm } from "node:fs/promises";
import { SummarizerError } from "./errors.ts";

/**
 * Writes a file whole or not at all: beside, to the disk, and then under its name.
 *
 * @throws SummarizerError `output`
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = await open(partial, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new SummarizerError("output", `${path}: can't be written: ${code}`, { cause });
  }
}
