import type { Fact } from "@ggufkit/model-facts";
import { evidenceOfFact, evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Place } from "./number-places.ts";
import type { Quantity } from "./quantity.ts";
import type { Scrutiny } from "./scrutiny.ts";

/** A place has the number, of whom the claim speaks of. */
export function rightNumber({ passage }: Place): Note {
  return { verdict: "supported", code: "number", why: "", evidence: [evidenceOfPassage(passage)] };
}

/** A place has the number, of somebody else; `fact` is what the model itself has. */
export function othersNumber(
  { raw }: Quantity,
  { passage, owner }: Place,
  { claimant, world }: Scrutiny,
  fact: Fact | undefined,
): Note {
  const instead = fact === undefined ? "" : `; of ${world.subject.model} it has ${shown(fact)}`;
  const why = `the source says ${raw} of ${owner}, not of ${claimant.name}${instead}`;
  const own = fact === undefined ? [] : [evidenceOfFact(fact, world.subject)];
  return {
    verdict: "other-entity",
    code: "number",
    why,
    evidence: [evidenceOfPassage(passage), ...own],
  };
}

/** A fact's value as people read it. */
export function shown({ value }: Fact): string {
  return typeof value === "number" ? value.toLocaleString("en") : JSON.stringify(value);
}
