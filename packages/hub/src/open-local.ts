import { GgufError } from "@ggufkit/gguf";
import { openFile, type FileSource } from "@ggufkit/gguf/node";
import { FileNotFoundError } from "./errors.ts";

/** A source over a file on this machine. @throws FileNotFoundError */
export async function openLocal(path: string): Promise<FileSource> {
  return openFile(path).catch((error: unknown) => {
    throw asFileNotFound(error, path);
  });
}

/** What reading a file on this machine threw: an error of this package where it is the file's. */
export function asFileNotFound(error: unknown, path: string): unknown {
  if (!(error instanceof GgufError)) return error;
  return new FileNotFoundError(path, error.reason, { cause: error });
}
