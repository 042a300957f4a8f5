import { existsSync } from "node:fs";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reopenOutput } from "../src/output-file.ts";
import { tempDir } from "./merge-world.ts";

/** Of Linux: a file on a disk that is always full. */
const FULL = "/dev/full";

describe.skipIf(!existsSync(FULL))("a disk that is full", () => {
  it("is told of as such when bytes are written", async () => {
    const output = await reopenOutput(FULL);
    const writing = output.write(new Uint8Array(10), 0);
    await expect(writing).rejects.toMatchObject({ code: "no-space", path: FULL });
    await output.close();
  });

  // The second amount is copied by threads.
  it.each([1000, 2 ** 27])("is told of as such when %s bytes are copied", async (bytes) => {
    const from = join(await tempDir(), "from");
    await writeFile(from, "");
    await truncate(from, bytes);
    const output = await reopenOutput(FULL);
    const copying = output.copyFrom(from, [{ from: 0, to: 0, bytes }], {});
    await expect(copying).rejects.toMatchObject({ code: "no-space", path: FULL });
    await output.close();
  });
});
