import { findAmdGpus } from "./amd-gpus.ts";
import { findAppleGpu } from "./apple-gpu.ts";
import type { GpuMachine, GpuProbe } from "./gpu-probe.ts";
import { type Gpu, MAX_GPUS } from "./hardware.ts";
import { findNvidiaGpus } from "./nvidia-gpus.ts";

const APPLE: GpuProbe = { source: "sysctl (Apple Silicon)", find: findAppleGpu };
const AMD: GpuProbe = { source: "/sys/class/drm (AMD)", find: findAmdGpus };
const NVIDIA: GpuProbe = {
  source: "nvidia-smi (NVIDIA)",
  find: (machine) => findNvidiaGpus(machine, "nvidia-smi"),
};
/** By its path: Windows would look for the name in the current directory first. */
const NVIDIA_ON_WINDOWS: GpuProbe = {
  source: NVIDIA.source,
  find: (machine) => findNvidiaGpus(machine, `${systemRoot(machine)}\\System32\\nvidia-smi.exe`),
};

function systemRoot({ env }: GpuMachine): string {
  return env["SystemRoot"] ?? env["SYSTEMROOT"] ?? String.raw`C:\Windows`;
}

/** The ways to find GPUs on a platform (`process.platform`), in the order in which they are tried. */
export function gpuProbes(platform: string): readonly GpuProbe[] {
  switch (platform) {
    case "darwin":
      return [APPLE];
    case "win32":
      return [NVIDIA_ON_WINDOWS];
    case "linux":
      return [NVIDIA, AMD];
    default:
      return [NVIDIA];
  }
}

/**
 * The GPUs that the first way finds: a build of an engine is made for one vendor's. No more than an
 * engine can use.
 */
export async function findGpus(probes: readonly GpuProbe[], machine: GpuMachine): Promise<Gpu[]> {
  for (const { find } of probes) {
    const gpus = await find(machine);
    if (gpus.length > 0) return gpus.slice(0, MAX_GPUS);
  }
  return [];
}
