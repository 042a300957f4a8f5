import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlamaContextSequence } from "node-llama-cpp";

/** Copies what one sequence has read to another, by way of a file: the engine has no other. */
export interface StateFiles {
  copy(from: LlamaContextSequence, to: LlamaContextSequence): Promise<void>;
  remove(): Promise<void>;
}

export function stateFiles(): StateFiles {
  let directory: Promise<string> | undefined;
  return {
    async copy(from, to) {
      // Such a state can't be cut back to what both texts have in common.
      if (from.needsCheckpoints) return;
      directory ??= mkdtemp(join(tmpdir(), "ggufkit-state-"));
      const file = join(await directory, "state");
      await from.saveStateToFile(file);
      await to.loadStateFromFile(file, { acceptRisk: true });
    },
    async remove() {
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
    },
  };
}
