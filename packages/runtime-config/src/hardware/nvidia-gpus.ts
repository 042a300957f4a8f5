import { type GpuMachine, gpuOf, parseAmount } from "./gpu-probe.ts";
import type { Gpu } from "./hardware.ts";
import { type NamedDevice, visibleDevices } from "./visible-devices.ts";

type NvidiaGpu = NamedDevice & { gpu: Gpu | undefined };

/**
 * `nvidia-smi --help-query-gpu` lists them. Drivers from before 450 know nothing of MIG and refuse
 * the query; none of them runs a CUDA that engines are still built with.
 */
const FIELDS = "index,uuid,name,memory.total,memory.free,mig.mode.current";
const FORMAT = "--format=csv,noheader,nounits";

/** `nounits` leaves out that it is MiB. */
const MIB: number = 2 ** 20;

/**
 * NVIDIA's GPUs by `nvidia-smi`, in its order, which is by bus, and as CUDA_VISIBLE_DEVICES leaves
 * them. CUDA itself numbers the fastest first unless CUDA_DEVICE_ORDER is PCI_BUS_ID, so on a
 * machine with different GPUs the order holds with that alone.
 */
export async function findNvidiaGpus({ run, env }: GpuMachine, command: string): Promise<Gpu[]> {
  const text = await run(command, [`--query-gpu=${FIELDS}`, FORMAT]);
  const devices = parseNvidiaSmi(text ?? "");
  const visible = visibleDevices(devices, env["CUDA_VISIBLE_DEVICES"]);
  return visible.flatMap(({ gpu }) => gpu ?? []);
}

/**
 * Reads a line a GPU. A GPU keeps its number but is left out where its memory is not told: with
 * MIG, which shows CUDA parts of it alone ("[Insufficient Permissions]" in a container), and where
 * it shares main memory ("[N/A]" on a GB10).
 */
function parseNvidiaSmi(text: string): NvidiaGpu[] {
  return text.split("\n").flatMap((line): NvidiaGpu[] => {
    const [index, uuid, ...rest] = line.split(",").map((cell) => cell.trim());
    const [total, free, mig] = rest.slice(-3);
    const number = parseAmount(index);
    if (number === undefined || mig === undefined) return [];
    const gpu = gpuOf({
      name: rest.slice(0, -3).join(", "), // a name may have commas
      memoryBytes: parseAmount(total, MIB),
      freeBytes: parseAmount(free, MIB),
    });
    return [{ index: number, uuid, gpu: mig === "Enabled" ? undefined : gpu }];
  });
}
