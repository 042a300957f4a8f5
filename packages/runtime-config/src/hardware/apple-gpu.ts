import { type GpuMachine, gpuOf, parseAmount } from "./gpu-probe.ts";
import type { Gpu } from "./hardware.ts";

const MIB: number = 2 ** 20;
const GIB: number = 2 ** 30;

/**
 * The GPU of a Mac with Apple Silicon, whose memory is main memory. Metal lets it use what
 * `iogpu.wired_limit_mb` says, where somebody has set that, else a share of all.
 */
export async function findAppleGpu({ run }: GpuMachine): Promise<Gpu[]> {
  // One by one: older systems lack the limit, and say so by failing.
  const ask = (name: string): Promise<string | undefined> => run("/usr/sbin/sysctl", ["-n", name]);
  const [arm64, total, limit, name] = await Promise.all(
    ["hw.optional.arm64", "hw.memsize", "iogpu.wired_limit_mb", "machdep.cpu.brand_string"].map(
      ask,
    ),
  );
  if (arm64?.trim() !== "1") return []; // a Mac with an Intel processor
  const gpu = appleGpu({ total, limit, name });
  return gpu === undefined ? [] : [gpu];
}

/** From what `sysctl` printed: bytes, MiB, and a name such as "Apple M3 Max". */
function appleGpu(told: {
  total: string | undefined;
  limit?: string | undefined;
  name?: string | undefined;
}): Gpu | undefined {
  const total = parseAmount(told.total);
  if (total === undefined) return undefined;
  const limit = parseAmount(told.limit, MIB) ?? 0; // 0, as it is by default, means the share
  const memoryBytes = limit > 0 ? Math.min(limit, total) : metalShare(total);
  return gpuOf({ name: told.name, memoryBytes, unified: true });
}

/**
 * Bytes that Metal recommends to use at most (`recommendedMaxWorkingSetSize`), which llama.cpp
 * takes for the GPU's memory. Apple tells no rule; logs of llama.cpp show two thirds of 16 GiB and
 * 32 GiB (10,922.67 and 21,845.34 MiB: its issues 2209, 2011) and three quarters of 64 GiB and
 * 96 GiB (49,152 and 73,728 MiB: issues 1870, 3213). Newer systems allow more, 74 % of 16 GiB
 * and 84 % of 128 GiB; the lower shares hold on all.
 */
function metalShare(total: number): number {
  return Math.floor(total > 36 * GIB ? (total * 3) / 4 : (total * 2) / 3);
}
