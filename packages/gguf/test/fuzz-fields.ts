/** A number in a header that decides how the rest is read: a length, count, type or offset. */
export interface Field {
  readonly at: number;
  readonly bytes: 4 | 8;
}

/** Bytes in a header that mean nothing to its reader: values, and the text of strings. */
export interface Content {
  readonly at: number;
  readonly length: number;
}

/** A valid file, taken apart. */
export interface SeedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly fields: readonly Field[];
  readonly contents: readonly Content[];
}

const FIXED = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const STRING = 8;
const ARRAY = 9;
// The first strings of an array stand for all.
const MOST_STRINGS = 3;

/** Finds the fields of a sound file, with a reader that trusts it. */
export function takeApart(name: string, bytes: Uint8Array): SeedFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const littleEndian = view.getUint16(4, true) !== 0;
  const wide = view.getUint32(4, littleEndian) === 1 ? 4 : 8;
  const fields: Field[] = [];
  const contents: Content[] = [];
  let at = 4;

  function number(size: 4 | 8, isField = true): number {
    if (isField) fields.push({ at, bytes: size });
    at += size;
    return size === 4
      ? view.getUint32(at - 4, littleEndian)
      : Number(view.getBigUint64(at - 8, littleEndian));
  }
  function content(length: number): void {
    if (length > 0) contents.push({ at, length });
    at += length;
  }
  function string(isField = true): void {
    const length = number(wide, isField);
    if (isField) content(length);
    else at += length;
  }
  function value(type: number): void {
    if (type === STRING) return string();
    if (type !== ARRAY) return content(FIXED[type] ?? 0);
    const elementType = number(4);
    const length = number(wide);
    if (elementType === STRING)
      for (let index = 0; index < length; index++) string(index < MOST_STRINGS);
    else content(length * (FIXED[elementType] ?? 0));
  }

  number(4);
  const tensors = number(wide);
  const pairs = number(wide);
  for (let pair = 0; pair < pairs; pair++) {
    string();
    value(number(4));
  }
  for (let tensor = 0; tensor < tensors; tensor++) {
    string();
    const dimensions = number(4);
    for (let index = 0; index < dimensions; index++) number(wide);
    number(4);
    number(8);
  }
  return { name, bytes, littleEndian, fields, contents };
}
