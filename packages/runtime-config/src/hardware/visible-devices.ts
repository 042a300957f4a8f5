/** A device as a list of visible ones names it. */
export type NamedDevice = {
  /** From 0, as the vendor's tools count. */
  index: number;
  /** For example "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6". */
  uuid?: string | undefined;
};

/** No sign: -1 names no device, which is how lists are ended on purpose. */
const INDEX = /^\d{1,4}$/;
const UUID = /^(?:GPU|MIG)-[\da-f]/i;

/**
 * The devices that CUDA_VISIBLE_DEVICES, and AMD's variables alike, leave visible, in the order in
 * which the engine then numbers them. Entries are indices or beginnings of UUIDs; the first that
 * names no device ends the list, as CUDA's programming guide has it ("CUDA Environment Variables");
 * one that names a device again is taken for such an entry. Undefined: all; empty: none.
 */
export function visibleDevices<D extends NamedDevice>(
  devices: readonly D[],
  list: string | undefined,
): readonly D[] {
  if (list === undefined) return devices;
  const visible: D[] = [];
  for (const entry of list.split(",")) {
    const device = deviceOf(devices, entry.trim());
    if (device === undefined || visible.includes(device)) break;
    visible.push(device);
  }
  return visible;
}

function deviceOf<D extends NamedDevice>(devices: readonly D[], entry: string): D | undefined {
  if (INDEX.test(entry)) return devices.find(({ index }) => index === Number(entry));
  if (!UUID.test(entry)) return undefined;
  const start = entry.toLowerCase();
  const matches = devices.filter(({ uuid }) => uuid?.toLowerCase().startsWith(start));
  return matches.length === 1 ? matches[0] : undefined; // an ambiguous beginning names none
}
