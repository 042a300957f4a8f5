import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { stemOf, tellingTerms } from "./terms.ts";

/** `ranked by people`, `written by native speakers`: who did it. */
const BY =
  /\b(\p{Ll}{3,}(?:ed|en|[aeiou]nt|ade|old|ept)) by (?!(?:a factor|about|up to|\d|default|design)\b)([^.,;:()]{2,60})/u;
const CLOSE_SHARE = 0.35;

/** A claim names somebody else as who did it than its source does. */
export function checkAgent(scrutiny: Scrutiny): Note[] {
  const [, verb = "", agent = ""] = BY.exec(scrutiny.claim.text) ?? [];
  const claimed = tellingTerms(agent).slice(0, 3);
  if (claimed.length === 0) return [];
  const near = acceptedOf(scrutiny, CLOSE_SHARE).slice(0, 6);
  const isSame = near.some(({ passage }) => claimed.some((term) => passage.terms.has(term)));
  if (isSame) return [];
  const rival = near.find(({ passage }) => {
    const [, done = "", other = ""] = BY.exec(passage.text) ?? [];
    return other !== "" && stemOf(done) === stemOf(verb);
  });
  if (rival === undefined) return [];
  const why = `the source does not say “by ${agent.trim()}”`;
  return [
    {
      verdict: "contradicted",
      code: "relation",
      why,
      evidence: [evidenceOfPassage(rival.passage)],
    },
  ];
}
