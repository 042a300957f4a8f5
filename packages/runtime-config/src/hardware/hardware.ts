import { InvalidWishError } from "../errors.ts";

/** A machine as far as a plan depends on it. */
export type Hardware = {
  /** Cores that the process may use, as `os.availableParallelism()` tells. */
  cores: number;
  /** Bytes of main memory that the process may use; undefined: nobody told, anything fits. */
  memoryBytes?: number | undefined;
  /** In the order in which the engine numbers them; none unless told. */
  gpus?: readonly Gpu[] | undefined;
};

export type Gpu = {
  /** Bytes of its own memory; of unified memory what the GPU may use. */
  memoryBytes: number;
  /** As its vendor calls it; for people alone. */
  name?: string | undefined;
  /** Bytes that nobody used when it was looked at. */
  freeBytes?: number | undefined;
  /** Whether its memory is a part of main memory. */
  unified?: boolean | undefined;
};

/** More GPUs than llama.cpp takes (`llama_max_devices`) cannot be used. */
export const MAX_GPUS = 16;
/** What 64-bit processors can address: anything above it is a slip of the unit. */
const MAX_BYTES: number = 2 ** 52;

/** @throws InvalidWishError for a machine that cannot be. */
export function checkHardware({ cores, memoryBytes, gpus = [] }: Hardware): void {
  if (!(cores > 0 && cores < Infinity))
    throw new InvalidWishError("hardware.cores", cores, "a number above 0");
  if (memoryBytes !== undefined) requireBytes("hardware.memoryBytes", memoryBytes);
  if (gpus.length > MAX_GPUS)
    throw new InvalidWishError("hardware.gpus", `${gpus.length} GPUs`, `at most ${MAX_GPUS}`);
  gpus.forEach((gpu, index) =>
    requireBytes(`hardware.gpus[${index}].memoryBytes`, gpu.memoryBytes),
  );
}

/** Whether a number can be that of a machine's bytes. */
export function isMemory(bytes: number): boolean {
  return bytes > 0 && bytes <= MAX_BYTES;
}

function requireBytes(field: string, value: number): void {
  if (isMemory(value)) return;
  throw new InvalidWishError(field, value, "a number of bytes above 0 and at most 2^52");
}
