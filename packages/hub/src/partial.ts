import { randomBytes } from "node:crypto";

/** A name beside `path` that no other process, and no other transfer of this one, uses. */
export function partialPath(path: string, extension = "partial"): string {
  return `${path}.${process.pid}-${randomBytes(4).toString("hex")}.${extension}`;
}
