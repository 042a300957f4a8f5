const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const COUNT_UNITS = ["", "K", "M", "B", "T"] as const;

/** A size on disk or on the wire, in decimal units as downloads are told: `142_300_000_000` → "142.3 GB". */
export function formatBytes(bytes: number): string {
  const { digits, unit } = scale(bytes, 1000, DECIMAL_UNITS);
  return `${digits} ${unit}`;
}

/** A size in memory, in binary units: `6_308_233_216` → "5.88 GiB". */
export function formatMemory(bytes: number): string {
  const { digits, unit } = scale(bytes, 1024, BINARY_UNITS);
  return `${digits} ${unit}`;
}

/** A number of parameters, tokens or tensors: `235_093_634_560` → "235.1B", `1_000_000` → "1M". */
export function formatCount(count: number): string {
  const { digits, unit } = scale(count, 1000, COUNT_UNITS);
  return `${digits.replace(/\.0+$/, "")}${unit}`;
}

/**
 * Picks the unit in which the rounded number is below the base, so that 999,999 is "1.00 MB" and
 * never "1000.0 kB". Two decimals below ten, one above, none for whole base units.
 */
function scale(
  value: number,
  base: number,
  units: readonly string[],
): { digits: string; unit: string } {
  let scaled = value;
  let index = 0;
  while (index < units.length - 1 && roundedAmount(scaled, index) >= base) {
    scaled /= base;
    index++;
  }
  return { digits: digitsOf(scaled, index), unit: units[index] ?? "" };
}

function digitsOf(scaled: number, unitIndex: number): string {
  if (unitIndex === 0) return String(Math.round(scaled));
  return scaled.toFixed(scaled < 9.995 ? 2 : 1);
}

function roundedAmount(scaled: number, unitIndex: number): number {
  return Math.abs(Number(digitsOf(scaled, unitIndex)));
}

/** A span of time: `0.84` → "0.8s", `3` → "3s", `45` → "45s", `252` → "4m 12s", `3780` → "1h 03m", `90_000` → "1d 01h". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${twoDigits(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${twoDigits(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
