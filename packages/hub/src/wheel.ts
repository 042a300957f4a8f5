import { basename } from "node:path/posix";
import { completeShardSet } from "@ggufkit/gguf";
import { MissingShardError, WheelError } from "./errors.ts";
import { safeFileName } from "./file-name.ts";
import { openWheelFiles, type WheelFile } from "./wheel-files.ts";

/** A GGUF file inside a wheel. */
export interface WheelGguf extends Omit<WheelFile, "name"> {
  /** Its own name, without folders. */
  file: string;
}

/** An open wheel; `close` it. */
export interface Wheel {
  ggufs: WheelGguf[];
  close: () => void;
}

/**
 * Opens a wheel and finds its one model: a GGUF file, or all shards of one set, first shard first.
 * A wheel with an entry that would leave its folder is refused whole.
 * @throws WheelError, MissingShardError
 */
export async function openWheel(path: string): Promise<Wheel> {
  const wheel = basename(path.replaceAll("\\", "/"));
  const { files, close } = await openWheelFiles(path, (name) => /\.gguf$/i.test(name));
  try {
    const ggufs = oneModel(files, wheel).map(({ name, ...rest }): WheelGguf => {
      return { file: safeFileName(name, "model.gguf"), ...rest };
    });
    return { ggufs, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The files of the wheel's one model, the first shard first. */
function oneModel(models: readonly WheelFile[], wheel: string): WheelFile[] {
  const [first] = models;
  if (first === undefined) throw new WheelError(wheel, "it holds no .gguf file");
  const present = models.map(({ name }) => basename(name));
  const { names, missing } = completeShardSet(basename(first.name), present);
  if (missing.length > 0) throw new MissingShardError(wheel, missing, names.length);
  if (models.length !== names.length) {
    const all = models.map(({ name }) => name).join(", ");
    throw new WheelError(wheel, `expected one model, got several: ${all}`);
  }
  return names.flatMap((name) => models[present.indexOf(name)] ?? []);
}
