import { checkOwner } from "./check-owner.ts";
import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { othersNumber, rightNumber } from "./number-notes.ts";
import { type Place, placesOf } from "./number-places.ts";
import type { Passage } from "./passage.ts";
import type { Quantity } from "./quantity.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import type { TypedQuantity } from "./typed-rule.ts";

/** Holds a number that no fact knows against all places of it in the sources. */
export function checkUntyped(
  quantity: Quantity,
  scrutiny: Scrutiny,
  typed?: TypedQuantity,
): Note[] {
  const places = placesOf(quantity, scrutiny, typed);
  const own = places.filter(({ isOwn, isNear }) => isOwn && isNear);
  const [best] = own;
  const misplaced =
    best === undefined
      ? undefined
      : checkOwner(
          quantity,
          own.map(({ passage }) => passage),
          scrutiny,
        );
  if (misplaced !== undefined) return [misplaced];
  if (best !== undefined) return [boundNote(quantity, own) ?? rightNumber(best)];
  const foreign = places.find(({ isNear, isOwn }) => isNear && !isOwn);
  if (foreign !== undefined) return [othersNumber(quantity, foreign, scrutiny, undefined)];
  const rival = rivalOf(quantity, scrutiny);
  if (rival !== undefined) {
    const why = `the source has ${rival.raw} there, not ${quantity.raw}`;
    return [
      {
        verdict: "contradicted",
        code: "number",
        why,
        evidence: [evidenceOfPassage(rival.passage)],
      },
    ];
  }
  // `two modes`: people count what a source lists.
  if (/^[a-z]/i.test(quantity.raw)) return [];
  const [stray] = places;
  const why =
    stray === undefined
      ? `no source has the number ${quantity.raw}`
      : `no source has ${quantity.raw} of this; it counts something else there`;
  return [
    {
      verdict: "unsupported",
      code: "number",
      why,
      evidence: stray === undefined ? [] : [evidenceOfPassage(stray.passage)],
    },
  ];
}

/** Passages that share so much with a claim that their number should be its. */
const RIVAL_SHARE = 0.4;
const MOST_RIVALS = 8;

/** A number that the nearest passages have where the claim has another. */
function rivalOf(
  quantity: Quantity,
  scrutiny: Scrutiny,
): { raw: string; passage: Passage } | undefined {
  const [unit] = quantity.near;
  if (unit === undefined) return undefined;
  for (const { passage } of acceptedOf(scrutiny, RIVAL_SHARE).slice(0, MOST_RIVALS)) {
    const rival = scrutiny.world.numbers
      .of(passage)
      .find((other) => other.near.includes(unit) && other.percent === quantity.percent);
    if (rival !== undefined) return { raw: rival.raw, passage };
  }
  return undefined;
}

/** A bound that none of the sources has: `more than 119` where all say `119`. */
function boundNote(quantity: Quantity, places: readonly Place[]): Note | undefined {
  if (quantity.bound === "none") return undefined;
  const isReach =
    quantity.bound === "most" &&
    places.some(({ quantity: own }) =>
      own.near.some((term) => /^(?:token|context|length)/.test(term)),
    );
  if (isReach || places.some((place) => place.quantity.bound === quantity.bound)) return undefined;
  const [first] = places;
  const why = `the source says ${first?.quantity.raw ?? ""}, not ${quantity.bound === "more" ? "more than" : "up to"} it`;
  return {
    verdict: "contradicted",
    code: "bound",
    why,
    evidence: first === undefined ? [] : [evidenceOfPassage(first.passage)],
  };
}
