import type { GgufArray } from "../format/gguf-array.ts";
import { decodeUtf8 } from "../format/header-bytes.ts";
import { firstDifference } from "./first-difference.ts";
import type { PlainValue } from "./value-summary.ts";

/** Where two arrays of one element type differ. */
export interface ElementDifferences {
  /** Indexes that both have, with different elements. */
  readonly differing: number;
  /** The first difference; an array that ends there has no element. */
  readonly first: {
    readonly index: number;
    readonly a: PlainValue | undefined;
    readonly b: PlainValue | undefined;
  };
}

/**
 * Compares element by element, in linear time and without decoding strings that are equal. Numbers
 * are compared as values, so that files of different byte orders compare; -0 is not 0, NaN is NaN.
 *
 * @returns undefined where there is no difference
 */
export function compareArrays(a: GgufArray, b: GgufArray): ElementDifferences | undefined {
  if (a.elementType === "string" && b.elementType === "string")
    return compareElements(a.rawElements(), b.rawElements(), areEqualBytes, textOf);
  return compareElements(elementsOf(a), elementsOf(b), Object.is, (element) => element);
}

/** Typed arrays where there are any: they need no call an element. */
function elementsOf(array: GgufArray): Iterator<PlainValue> {
  return "toTypedArray" in array ? array.toTypedArray().values() : array[Symbol.iterator]();
}

function areEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) === undefined;
}

function textOf(bytes: Uint8Array): string {
  return decodeUtf8(bytes, 0, bytes.length);
}

function compareElements<Element>(
  a: Iterator<Element, unknown>,
  b: Iterator<Element, unknown>,
  areEqual: (a: Element, b: Element) => boolean,
  plain: (element: Element) => PlainValue,
): ElementDifferences | undefined {
  let differing = 0;
  let first: ElementDifferences["first"] | undefined;
  for (let index = 0; ; index++) {
    const ofA = a.next();
    const ofB = b.next();
    if (!ofA.done && !ofB.done && areEqual(ofA.value, ofB.value)) continue;
    if (!ofA.done || !ofB.done)
      first ??= {
        index,
        a: ofA.done ? undefined : plain(ofA.value),
        b: ofB.done ? undefined : plain(ofB.value),
      };
    if (ofA.done || ofB.done) return first && { differing, first };
    differing += 1;
  }
}
