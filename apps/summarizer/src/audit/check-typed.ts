import type { Fact } from "@ggufkit/model-facts";
import { words } from "../words.ts";
import { isDeniedAt } from "./check-polarity.ts";
import { evidenceOfFact } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { othersNumber, rightNumber, shown } from "./number-notes.ts";
import { type Place, placesOf } from "./number-places.ts";
import { isSameQuantity, isValue, quantitiesOf } from "./quantity.ts";
import type { Scrutiny } from "./scrutiny.ts";
import type { TypedQuantity } from "./typed-rule.ts";
import { factsOf } from "./world.ts";

/** A line of properties is shorter than a sentence. */
const MOST_TERMS_OF_LINE = 12;

/** Holds a count of the model against the facts; nothing where they don't know it. */
export function checkTyped(typed: TypedQuantity, scrutiny: Scrutiny): Note[] | undefined {
  const { quantity, attribute, alsoRight, name } = typed;
  const { world, url } = scrutiny;
  const known = [attribute, ...alsoRight].flatMap((key) => factsOf(world, key, url));
  const right = known.find(({ value }) => typeof value === "number" && isValue(quantity, value));
  if (right !== undefined) return [supportedBy(right, typed, scrutiny)];
  const chosen = world.sheet.get(attribute);
  const isKnown = url === undefined ? chosen !== undefined : known.length > 0;
  if (!isKnown) return undefined;
  const elsewhere = placesOf(quantity, scrutiny, typed).filter(({ isNear }) => isNear);
  const said = elsewhere.find((place) => isSaid(place, typed, scrutiny));
  if (said !== undefined) return [rightNumber(said)];
  const foreign = elsewhere.find(({ isOwn }) => !isOwn);
  if (foreign !== undefined) return [othersNumber(quantity, foreign, scrutiny, chosen)];
  const wrong = chosen ?? known[0];
  if (wrong === undefined) return undefined;
  const why = `${name}: the source has ${shown(wrong)}, not ${quantity.raw}`;
  const evidence = [evidenceOfFact(wrong, world.subject)];
  return [{ verdict: "contradicted", code: "fact", why, evidence }];
}

/** Whether a place says of the model what the claim says, beside what the facts were read from. */
function isSaid(
  { passage, isOwn }: Place,
  { quantity, attribute }: TypedQuantity,
  { world }: Scrutiny,
): boolean {
  const { facts } = world.sheet;
  // What a short line says is what its fact says: its other numbers are of other attributes.
  const isFactLine =
    passage.terms.size <= MOST_TERMS_OF_LINE &&
    facts.some(({ where }) => hasWordsOf(passage.text, where.text));
  // A sibling attribute has that value: the native context is no extended one.
  const isOfTwin = facts.some(
    ({ attribute: twin, value }) =>
      groupOf(twin) === groupOf(attribute) && typeof value === "number" && isValue(quantity, value),
  );
  return isOwn && !isFactLine && !isOfTwin;
}

/** `Property: Layers; Value: 40` has those of `Layers: 40`. */
function hasWordsOf(text: string, others: string): boolean {
  const own = new Set(words(text));
  return words(others).every((word) => own.has(word));
}

/** `context` of `context.native`: attributes that are easily taken for each other. */
function groupOf(attribute: string): string {
  return attribute.split(".")[0] ?? attribute;
}

function supportedBy(
  fact: Fact,
  { quantity, attribute, name }: TypedQuantity,
  { world, claim }: Scrutiny,
): Note {
  const evidence = [evidenceOfFact(fact, world.subject)];
  if (isDeniedAt(claim.text, quantity.at) && !isDeniedAt(fact.where.text, fact.where.text.length)) {
    const why = `${name}: the source has ${shown(fact)}, the claim denies it`;
    return { verdict: "contradicted", code: "negation", why, evidence };
  }
  const isReach = attribute.startsWith("context.");
  if (quantity.bound === "more" || (quantity.bound === "most" && !isReach)) {
    const isBounded = quantitiesOf(fact.where.text).some(
      (own) => own.bound === quantity.bound && isSameQuantity(own, quantity),
    );
    const why = `${name}: the source has exactly ${shown(fact)}, no bound`;
    if (!isBounded) return { verdict: "contradicted", code: "bound", why, evidence };
  }
  return { verdict: "supported", code: "fact", why: "", evidence };
}
