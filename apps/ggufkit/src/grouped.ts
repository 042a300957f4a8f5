/** A number with its digits grouped in threes, for reading: 151936 → "151,936". */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
}
