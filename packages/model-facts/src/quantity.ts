const SCALES: Readonly<Record<string, number>> = {
  "": 1,
  K: 1e3,
  M: 1e6,
  B: 1e9,
  T: 1e12,
};

/** A count of weights as people write it, `235B` or `0.6B`, as a number; undefined if it is none. */
export function parseParameterCount(text: string): number | undefined {
  const match = /^~?([\d.,]+)\s*([KMBT]?)$/i.exec(text.trim());
  if (match === null) return undefined;
  const scale = SCALES[(match[2] ?? "").toUpperCase()];
  const number = Number((match[1] ?? "").replaceAll(",", ""));
  return scale === undefined || Number.isNaN(number) ? undefined : Math.round(number * scale);
}

/** A count of tokens, `32,768` or `32K` (binary: 32,768), as a number; undefined if it is none. */
export function parseTokenCount(text: string): number | undefined {
  const match = /^([\d,]+(?:\.\d+)?)\s*(K|M)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const number = Number((match[1] ?? "").replaceAll(",", ""));
  const scale = { K: 1024, M: 1024 ** 2 }[(match[2] ?? "").toUpperCase()] ?? 1;
  return Number.isNaN(number) ? undefined : Math.round(number * scale);
}

/** `235B`, `596M`: three digits at most, as model names write it. */
export function formatParameterCount(count: number): string {
  for (const unit of ["T", "B", "M", "K"]) {
    const scaled = count / (SCALES[unit] ?? 1);
    if (scaled >= 1) return `${Number(scaled.toPrecision(3))}${unit}`;
  }
  return String(count);
}
