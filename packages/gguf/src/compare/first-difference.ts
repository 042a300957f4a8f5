/**
 * Index of the first byte at which two runs differ; undefined where they are equal. Where one is the
 * beginning of the other, they differ where it ends.
 */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length);
  for (let index = equalWords(a, b, shorter) * 4; index < shorter; index++)
    if (a[index] !== b[index]) return index;
  return a.length === b.length ? undefined : shorter;
}

/** Passes over equal words of four bytes, several times as fast as byte by byte. */
function equalWords(a: Uint8Array, b: Uint8Array, length: number): number {
  // A typed array must start at a multiple of its element size.
  if (a.byteOffset % 4 !== 0 || b.byteOffset % 4 !== 0) return 0;
  const count = Math.floor(length / 4);
  const wordsOfA = new Uint32Array(a.buffer, a.byteOffset, count);
  const wordsOfB = new Uint32Array(b.buffer, b.byteOffset, count);
  let index = 0;
  while (index < count && wordsOfA[index] === wordsOfB[index]) index++;
  return index;
}
