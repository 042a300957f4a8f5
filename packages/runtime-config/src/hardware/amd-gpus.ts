import { type GpuMachine, gpuOf, parseAmount } from "./gpu-probe.ts";
import type { Gpu } from "./hardware.ts";
import { type NamedDevice, visibleDevices } from "./visible-devices.ts";

type AmdGpu = NamedDevice & { gpu: Gpu | undefined };

const DRM = "/sys/class/drm";
/** Not the outputs, "card0-DP-1". */
const CARD = /^card\d{1,4}$/;

/** Less than this is what a processor's own graphics set apart of main memory, 512 MiB as a rule. */
const LEAST_BYTES: number = 2 ** 30;

/**
 * AMD's GPUs by what the amdgpu driver of Linux tells (`mem_info_vram_total` and `_used`, in bytes;
 * see "GPU Memory Usage Information" in the kernel's documentation), in the order of their bus
 * addresses. ROCR_VISIBLE_DEVICES and then HIP_VISIBLE_DEVICES (or CUDA_VISIBLE_DEVICES, which HIP
 * reads too) choose among all of them ("HIP environment variables" of ROCm's documentation), those
 * of processors included.
 */
export async function findAmdGpus(machine: GpuMachine): Promise<Gpu[]> {
  const { readDirectory, env } = machine;
  const cards = (await readDirectory(DRM)).filter((name) => CARD.test(name));
  const found = await Promise.all(cards.map((card) => readCard(`${DRM}/${card}/device`, machine)));
  const onBus = found
    .flatMap((card) => card ?? [])
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const devices = onBus.map(({ uuid, gpu }, index): AmdGpu => ({ index, uuid, gpu }));
  const ofRocr = visibleDevices(devices, env["ROCR_VISIBLE_DEVICES"]);
  const renumbered = ofRocr.map((device, index): AmdGpu => ({ ...device, index }));
  const ofHip = env["HIP_VISIBLE_DEVICES"] ?? env["CUDA_VISIBLE_DEVICES"];
  return visibleDevices(renumbered, ofHip).flatMap(({ gpu }) =>
    gpu === undefined || gpu.memoryBytes < LEAST_BYTES ? [] : gpu,
  );
}

type Card = { address: string; uuid: string | undefined; gpu: Gpu | undefined };

/** Undefined for the cards of other vendors, which have no such file. */
async function readCard(directory: string, { readText }: GpuMachine): Promise<Card | undefined> {
  const [total, used, name, id, uevent] = await Promise.all(
    ["mem_info_vram_total", "mem_info_vram_used", "product_name", "unique_id", "uevent"].map(
      (file) => readText(`${directory}/${file}`),
    ),
  );
  if (total === undefined) return undefined;
  const memoryBytes = parseAmount(total);
  const usedBytes = parseAmount(used);
  const isTold = memoryBytes !== undefined && usedBytes !== undefined && usedBytes <= memoryBytes;
  return {
    address: /^PCI_SLOT_NAME=(.*)$/m.exec(uevent ?? "")?.[1] ?? "",
    uuid: id === undefined || id.trim() === "" ? undefined : `GPU-${id.trim()}`,
    gpu: gpuOf({ name, memoryBytes, freeBytes: isTold ? memoryBytes - usedBytes : undefined }),
  };
}
