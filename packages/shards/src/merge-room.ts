import type { FilePlan } from "./file-plan.ts";

/**
 * Bytes that the disk must have room for while a plan is carried out. `freed` has, for each input
 * file, what its removal gives back once its bytes are copied; zeros where nothing is removed. Pure.
 */
export function roomNeeded({ header, copies }: FilePlan, freed: readonly number[]): number {
  let room = header.length;
  let most = room;
  for (const [file, given] of freed.entries()) {
    for (const copy of copies) if (copy.file === file) room += copy.bytes;
    most = Math.max(most, room);
    room -= given;
  }
  return most;
}
