import { gather } from "./coverage.ts";
import { type AuditEvidence, evidenceOfPassage } from "./evidence-of.ts";
import type { Judgement } from "./judgement.ts";
import type { Note } from "./note.ts";
import { acceptedOf, type Match, type Scrutiny } from "./scrutiny.ts";
import { tellingTerms } from "./terms.ts";

/** One passage has at least that much of a claim's words, weighed by how rare they are. */
const LEAST_SHARE = 0.5;
/** Of two words one alone is not enough. */
const FEW_TERMS = 2;
const LEAST_OF_FEW = 0.6;
/** Where the numbers are right already, fewer other words tell that it is the same. */
const LEAST_BESIDE_FACTS = 0.3;
/** A label that the passage has tells what both are about. */
const LABEL_BONUS = 0.1;
/** Several passages together have to have more, and the nearest of them a part of it. */
const LEAST_TOGETHER = 0.66;
const MORE_TOGETHER = 0.16;
const MOST_TOGETHER = 3;
const LEAST_NEAREST = 0.3;
/** Another's passage has to fit that much better than the model's own. */
const CLEARLY = 0.15;
/** A passage that shares less is no evidence against a claim. */
const LEAST_SHOWN = 0.2;

/** The verdict on a claim whose numbers, names and denials are right, or that has none: by its words. */
export function judgeWords(scrutiny: Scrutiny, right: readonly Note[]): Judgement {
  const facts = right.flatMap(({ evidence }) => evidence);
  if (scrutiny.terms.length < 2 && facts.length > 0) return supported(facts);
  const own = acceptedOf(scrutiny);
  const [best] = own;
  const least = leastShare(scrutiny, right, best);
  if (best !== undefined && best.share >= least)
    return supported([...facts, evidenceOfPassage(best.passage)]);
  const together = gather(scrutiny, own.slice(0, 20), MOST_TOGETHER);
  // Words that are nowhere near each other say nothing together.
  const isNear = facts.length > 0 || (!isShort(scrutiny) && (best?.share ?? 0) >= LEAST_NEAREST);
  if (isNear && together.share >= Math.min(LEAST_TOGETHER, least + MORE_TOGETHER))
    return supported([...facts, ...together.chosen.map(evidenceOfPassage)]);
  return othersWords(scrutiny, best) ?? unsupported(best);
}

function leastShare(scrutiny: Scrutiny, right: readonly Note[], best: Match | undefined): number {
  if (right.some(({ code }) => code !== "scope")) return LEAST_BESIDE_FACTS;
  const label = tellingTerms(scrutiny.claim.label ?? "");
  const isLabelled = label.some((term) => best?.passage.terms.has(term) === true);
  return (isShort(scrutiny) ? LEAST_OF_FEW : LEAST_SHARE) - (isLabelled ? LABEL_BONUS : 0);
}

function isShort({ claim, terms }: Scrutiny): boolean {
  return claim.text === claim.sentence && terms.length <= FEW_TERMS;
}

/** What the sources say, yet of somebody else. */
function othersWords(
  { candidates, claimant }: Scrutiny,
  best: Match | undefined,
): Judgement | undefined {
  const other = candidates.find(({ isAccepted }) => !isAccepted);
  const isClear = other !== undefined && other.share > (best?.share ?? 0) + CLEARLY;
  if (!isClear || other.share < LEAST_SHARE) return undefined;
  const why = `the source says it of ${other.passage.entity.name}, not of ${claimant.name}`;
  const evidence = [evidenceOfPassage(other.passage)];
  return { verdict: "other-entity", code: "words", why, evidence };
}

function unsupported(best: Match | undefined): Judgement {
  const why = `no source says so${best === undefined ? "" : "; the nearest says something else"}`;
  const isShown = best !== undefined && best.share >= LEAST_SHOWN;
  const evidence = isShown ? [evidenceOfPassage(best.passage)] : [];
  return { verdict: "unsupported", code: "words", why, evidence };
}

function supported(evidence: readonly AuditEvidence[]): Judgement {
  const unique = evidence.filter(
    (item, at) =>
      evidence.findIndex(({ text, line }) => text === item.text && line === item.line) === at,
  );
  return { verdict: "supported", code: undefined, why: "", evidence: unique };
}
