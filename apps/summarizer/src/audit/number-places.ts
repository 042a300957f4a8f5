import { clauseOfSize, entityOf, type Subject } from "@ggufkit/model-facts";
import { mentions } from "./claimant.ts";
import type { Passage } from "./passage.ts";
import { isSameNumber, isSameQuantity, type Quantity } from "./quantity.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";
import { tellingTerms } from "./terms.ts";
import { typeOf } from "./typed-quantity.ts";
import type { TypedQuantity } from "./typed-rule.ts";

/** Where a source has a claim's number. */
export interface Place {
  readonly passage: Passage;
  readonly quantity: Quantity;
  /** Whose the number is there. */
  readonly owner: string;
  readonly isOwn: boolean;
  /** It counts the same there: it stands with one of the words that it stands with in the claim. */
  readonly isNear: boolean;
  /** How many words the claim and the passage share. */
  readonly shared: number;
}

/**
 * The places of a number in the sources, those first that share the most with the claim. Where it is
 * known what the claim's number counts, those where it counts something else are left out.
 */
export function placesOf(quantity: Quantity, scrutiny: Scrutiny, typed?: TypedQuantity): Place[] {
  const { claim, claimant, world, terms } = scrutiny;
  // A label says what a bare number counts: `Vocabulary: 64,128 tokens`.
  const near = new Set([...quantity.near, ...tellingTerms(claim.label ?? "")]);
  const wanted = new Set(terms);
  return world.numbers
    .near(quantity)
    .filter(
      ({ quantity: other, passage }) =>
        isInScope(scrutiny, passage) &&
        isSameIn(passage, quantity, other) &&
        (typed === undefined || canCount(typed, other, passage)),
    )
    .map(({ quantity: other, passage }) => {
      const owner = ownerOf(passage.text, other, world.subject);
      const isOwners = owner === undefined || isToldOf(owner, scrutiny);
      return {
        passage,
        quantity: other,
        owner: owner ?? passage.entity.name,
        isOwn: isOwners && claimant.acceptsTrait(passage),
        isNear: near.size === 0 || standsWith(near, other, passage),
        shared: [...wanted].filter((term) => passage.terms.has(term)).length,
      };
    })
    .toSorted((a, b) => b.shared - a.shared);
}

/** Whether a number may count in its passage what the claim's does. */
function canCount(
  { attribute, alsoRight }: TypedQuantity,
  there: Quantity,
  { text, kind }: Passage,
): boolean {
  // What counts in code, such as a seed, is no property of the model.
  if (kind === "code") return false;
  const counted = typeOf(there, text)?.attribute;
  return counted === undefined || counted === attribute || alsoRight.includes(counted);
}

/** Words before a number that say whose it is: `double Heron1's 18T`, `Heron1 (which saw 4T)`. */
const OWNERS: readonly RegExp[] = [
  /([\p{Lu}][\w.-]*\w)['’]s? (?:~|about |mere )?$/u,
  /([\p{L}][\w.-]*\d[\w.-]*)(?:, which [^,;()]*| \(which [^()]*)$/u,
];

/** Whom the number is of, where it is not of whom the sentence speaks of. */
function ownerOf(text: string, { at }: Quantity, subject: Subject): string | undefined {
  const own = clauseOfSize(text, subject);
  const from = text.indexOf(own);
  if (at < from || at >= from + own.length) return "another size";
  const before = text.slice(Math.max(0, at - REACH), at);
  return OWNERS.map((pattern) => pattern.exec(before)?.[1]).find((name) => name !== undefined);
}

const REACH = 90;

/** A claim that names the owner speaks of it; the model may be called by its name there. */
function isToldOf(owner: string, { claim, world: { subject } }: Scrutiny): boolean {
  const { kind } = entityOf(owner, subject, { kind: "other", name: owner });
  return kind !== "other" || mentions(claim.sentence, owner) || subject.name.startsWith(owner);
}

/** A column's head may say `%` for its cells. */
function isSameIn({ text }: Passage, quantity: Quantity, other: Quantity): boolean {
  return (
    isSameQuantity(quantity, other) ||
    (quantity.percent && text.includes("%") && isSameNumber(quantity, other))
  );
}

/** A line of properties is about one thing. */
const MOST_TERMS_OF_LINE = 8;

function standsWith(near: ReadonlySet<string>, { near: own }: Quantity, passage: Passage): boolean {
  if (own.some((term) => near.has(term))) return true;
  // A list of numbers, or a bare value: its passage's first words and heading say what it counts.
  return (
    (own.length < 2 || passage.kind === "row" || passage.terms.size <= MOST_TERMS_OF_LINE) &&
    [...passage.terms]
      .slice(0, 6)
      .concat([...passage.around].slice(0, 8))
      .some((term) => near.has(term))
  );
}
