/**
 * A number with its digits grouped in threes and at most four decimals, for reading: 151936 →
 * "151,936". Not by `toLocaleString`, whose first call takes longer than reading most files.
 */
export function grouped(value: number): string {
  const [whole = "", decimals] = String(Number(value.toFixed(4))).split(".");
  const digits = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return decimals === undefined ? digits : `${digits}.${decimals}`;
}
