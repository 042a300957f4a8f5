import { evidenceOfFact, evidenceOfPassage } from "./evidence-of.ts";
import { mentions } from "./claimant.ts";
import type { Note } from "./note.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";
import { factsOf } from "./world.ts";

/** What a model was made from, and how. */
const VERB =
  /\b(?:distilled|derived|fine-?tuned|tuned|adapted|initiali[sz]ed|continued|pruned|merged|converted|based|built)\b/;
const ORIGIN =
  /\b(?:distilled|derived|fine-?tuned|tuned|adapted|initiali[sz]ed|continued|pruned|merged|converted|based|built)\b[^.;,]{0,40}?\b(?:from|on|of)\b(?:\s+(?:the|a|its|base|larger|smaller|teacher|model|sibling))*\s+[`"]?([\w./-]*[A-Z][\w.-]*\w)/;

/** `A was distilled from B` is not what a source says in `B was distilled from A`. */
export function checkOrigin(scrutiny: Scrutiny): Note[] {
  const { claim, claimant, world, url } = scrutiny;
  const name = ORIGIN.exec(claim.text)?.[1]?.split("/").at(-1);
  if (name === undefined || !claimant.isOwn) return [];
  const bases = factsOf(world, "baseModel", url);
  const base = bases.find(({ value }) => typeof value === "string" && mentions(value, name));
  if (base !== undefined)
    return [
      {
        verdict: "supported",
        code: "fact",
        why: "",
        evidence: [evidenceOfFact(base, world.subject)],
      },
    ];
  const places = world.index.passages.filter(
    (passage) =>
      isInScope(scrutiny, passage) && mentions(passage.text, name) && VERB.test(passage.text),
  );
  const [first] = places;
  const isSaid = places.some(({ text }) => ORIGIN.exec(text)?.[1]?.endsWith(name));
  if (first === undefined || isSaid) return [];
  return [
    {
      verdict: "contradicted",
      code: "relation",
      why: `the source does not say “from ${name}”`,
      evidence: [evidenceOfPassage(first)],
    },
  ];
}
