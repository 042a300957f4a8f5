import type { DeviceMemory } from "./plan.ts";

/** Whether a device would have to hold more than it has to give. */
export function isOver({ totalBytes, availableBytes }: DeviceMemory): boolean {
  return availableBytes !== undefined && totalBytes > availableBytes;
}

/** What is too much for a device, in words. */
export function overText({ device, totalBytes, availableBytes = 0 }: DeviceMemory): string {
  return `${device} would have to hold ${gib(totalBytes)}, and ${gib(availableBytes)} may be used`;
}

/** GiB, as runtimes and GPUs count memory. */
export function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
