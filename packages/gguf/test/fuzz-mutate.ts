import { seededRandom } from "@ggufkit/fixtures";

import type { Field, SeedFile } from "./fuzz-fields.ts";
import { SEED_FILES } from "./fuzz-seeds.ts";

/** One change to a file. They are applied in turn; offsets beyond the end wrap around. */
export type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "overwrite"; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: "remove"; readonly at: number; readonly count: number }
  | { readonly kind: "cut"; readonly length: number }
  | { readonly kind: "field"; readonly at: number; readonly bytes: 4 | 8; readonly value: string };

/** A mutated file, and how to make it again. */
export interface FuzzCase {
  readonly seed: number;
  readonly from: string;
  readonly mutations: readonly Mutation[];
  readonly bytes: Uint8Array;
}

type Random = (below: number) => number;

/** The case of a seed: always the same. */
export function fuzzCase(seed: number): FuzzCase {
  const next = seededRandom(seed);
  const random: Random = (below) => Math.floor(next() * below);
  const file = pick(SEED_FILES, random);
  // Half of them have only one, or hardly any file would still be read.
  const count = 1 + random(2) * random(4);
  const mutations = Array.from({ length: count }, () => mutation(file, random));
  const bytes = mutations.reduce(
    (mutated, change) => apply(mutated, change, file.littleEndian),
    file.bytes,
  );
  return { seed, from: file.name, mutations, bytes };
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)] as Item;
}

function mutation(file: SeedFile, random: Random): Mutation {
  // The header is where it hurts.
  const headerEnd = (file.fields.at(-1)?.at ?? 0) + 8;
  const at = random(random(8) === 0 ? file.bytes.length : headerEnd);
  const bytes = Array.from({ length: 1 + random(12) }, () => random(256));
  switch (random(16)) {
    case 0:
      return { kind: "flip", at, bit: random(8) };
    case 1:
      return { kind: "overwrite", at, bytes };
    case 2:
      return { kind: "insert", at, bytes };
    case 3:
      return { kind: "remove", at, count: 1 + random(12) };
    case 4:
      return { kind: "cut", length: at };
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return hostileContent(file, random);
    default: {
      const field = pick(file.fields, random);
      return { kind: "field", ...field, value: String(hostile(file, field, random)) };
    }
  }
}

// What those look for who read templates, and names.
const TEMPLATE = ["{{", "{%", "%}", "}}", "{#", "(", "[", "'", "|", "-", " if ", " not ", " is "];
const NAMES = ["blk.", "blk.0.", "ffn_up_exps", "llama.", "split.no", "imatrix", "\0", "\ufeff"];
const CONTENTS = [...TEMPLATE, ...NAMES].map((text) => [...new TextEncoder().encode(text)]);
/** Odd numbers: not a number, infinite, negative, huge, in either byte order. */
const NUMBERS: readonly (readonly number[])[] = [
  ...[0x00, 0x7f, 0x80, 0xff].map((byte) => Array.from({ length: 8 }, () => byte)),
  ...[0x7f, 0x80, 0xc0].map((byte) => [byte, 0x80, 0, 0]),
  ...[0x7f, 0x80, 0xc0].map((byte) => [0, 0, 0x80, byte]),
];

function hostileContent({ contents }: SeedFile, random: Random): Mutation {
  if (contents.length === 0) return { kind: "cut", length: random(64) };
  const { at, length } = pick(contents, random);
  const start = random(length);
  const bytes = pick(random(2) === 0 ? CONTENTS : NUMBERS, random);
  return { kind: "overwrite", at: at + start, bytes: bytes.slice(0, length - start) };
}

const HOSTILE: readonly bigint[] = [
  ...Array.from({ length: 14 }, (_, index) => BigInt(index)),
  48n,
  ...[6n, 14n, 16n, 20n, 30n, 31n, 32n, 53n, 60n, 62n, 63n, 64n].flatMap((power) => [
    2n ** power - 1n,
    2n ** power,
    2n ** power + 1n,
  ]),
];

function hostile({ bytes, littleEndian }: SeedFile, field: Field, random: Random): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const value =
    field.bytes === 4
      ? BigInt(view.getUint32(field.at, littleEndian))
      : view.getBigUint64(field.at, littleEndian);
  switch (random(8)) {
    case 0:
      return value + 1n;
    case 1:
      return value - 1n;
    case 2:
      return value * 2n;
    case 3:
      return BigInt(random(bytes.length));
    case 4:
      // So that sums with what stands before it wrap around.
      return 2n ** 64n - BigInt(random(bytes.length));
    default:
      return pick(HOSTILE, random);
  }
}

/** The file with one change. */
function apply(file: Uint8Array, change: Mutation, littleEndian: boolean): Uint8Array {
  if (change.kind === "cut") return file.slice(0, change.length);
  const at = file.length === 0 ? 0 : change.at % file.length;
  const mutated = file.slice();
  switch (change.kind) {
    case "flip":
      mutated[at] = (mutated[at] ?? 0) ^ (1 << change.bit);
      return mutated;
    case "overwrite":
      mutated.set(change.bytes.slice(0, mutated.length - at), at);
      return mutated;
    case "insert": {
      const longer = new Uint8Array(file.length + change.bytes.length);
      longer.set(file.subarray(0, at));
      longer.set(change.bytes, at);
      longer.set(file.subarray(at), at + change.bytes.length);
      return longer;
    }
    case "remove":
      mutated.copyWithin(at, at + change.count);
      return mutated.subarray(0, Math.max(at, mutated.length - change.count));
    case "field": {
      const view = new DataView(new ArrayBuffer(8));
      if (change.bytes === 8) view.setBigUint64(0, BigInt(change.value), littleEndian);
      else view.setUint32(0, Number(BigInt.asUintN(32, BigInt(change.value))), littleEndian);
      const bytes = new Uint8Array(view.buffer, 0, change.bytes);
      mutated.set(bytes.subarray(0, mutated.length - at), at);
      return mutated;
    }
    default:
      return change satisfies never;
  }
}
