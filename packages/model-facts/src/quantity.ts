const SCALES: Readonly<Record<string, number>> = {
  "": 1,
  K: 1e3,
  M: 1e6,
  B: 1e9,
  T: 1e12,
  MILLION: 1e6,
  BILLION: 1e9,
  TRILLION: 1e12,
};

/** Binary, as context lengths are meant: 32K is 32,768. */
const TOKEN_SCALES: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20 };

/** Digits, with commas only between thousands, and perhaps a fraction. */
const NUMBER = /^~?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)? ?([a-z]*)$/i;

/**
 * A count of weights as people write it (`235B`, `0.6B`, `7 billion`, `596,049,920`) as a number;
 * undefined if it is none.
 */
export function parseParameterCount(text: string): number | undefined {
  return parse(text, SCALES);
}

/** A count of tokens, `32,768` or `32K` (binary: 32,768), as a number; undefined if it is none. */
export function parseTokenCount(text: string): number | undefined {
  return parse(text, TOKEN_SCALES);
}

function parse(text: string, scales: Readonly<Record<string, number>>): number | undefined {
  const [, digits = "", fraction = "", unit = ""] = NUMBER.exec(text.trim()) ?? [];
  const scale = Object.hasOwn(scales, unit.toUpperCase()) ? scales[unit.toUpperCase()] : undefined;
  if (digits === "" || scale === undefined) return undefined;
  const count = Math.round(Number(digits.replaceAll(",", "") + fraction) * scale);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** `235B`, `596M`: three digits at most, as model names write it. */
export function formatParameterCount(count: number): string {
  // Rounded first: 999,999,999 is 1B, not 1000M.
  const rounded = Number(count.toPrecision(3));
  for (const unit of ["T", "B", "M", "K"]) {
    const scaled = rounded / (SCALES[unit] ?? 1);
    if (scaled >= 1) return `${Number(scaled.toPrecision(3))}${unit}`;
  }
  return String(rounded);
}
