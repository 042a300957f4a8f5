import { checkAgent } from "./check-agent.ts";
import { checkAnchors } from "./check-anchors.ts";
import { checkAntonyms } from "./check-antonyms.ts";
import { checkComparison } from "./check-comparison.ts";
import { checkLabels } from "./check-labels.ts";
import { checkLicense } from "./check-license.ts";
import { checkNames } from "./check-names.ts";
import { checkOrigin } from "./check-origin.ts";
import { checkPolarity } from "./check-polarity.ts";
import { checkQuantities } from "./check-quantities.ts";
import { checkFuture, checkStrictness } from "./check-strictness.ts";
import { checkScope } from "./check-scope.ts";
import { checkHistory } from "./check-settings.ts";
import type { Claim } from "./claim.ts";
import { claimantOf } from "./claimant.ts";
import { scrutinize } from "./coverage.ts";
import { evidenceOfPassage } from "./evidence-of.ts";
import { judgeWords } from "./judge-words.ts";
import type { Judgement } from "./judgement.ts";
import type { Note } from "./note.ts";
import { quotedPassage } from "./quote.ts";
import type { Scrutiny } from "./scrutiny.ts";
import { quantitiesOf } from "./quantity.ts";
import type { World } from "./world.ts";

const NOTHING: Judgement = { verdict: "no-claim", code: undefined, why: "", evidence: [] };
const WORST: readonly Note["verdict"][] = ["contradicted", "other-entity", "unsupported"];

/** Whether the sources, or the one at `url`, support a claim, and with which words. */
export function judgeClaim(claim: Claim, world: World, url?: string): Judgement {
  const claimant = claimantOf(claim, world);
  const scrutiny = scrutinize(claim, claimant, world, url);
  const scope = checkScope(scrutiny, claim.text);
  const misfit = scope.find(({ verdict }) => verdict === "contradicted");
  if (misfit !== undefined) return misfit;
  if (claim.kind === "heading" || claim.text === "") return NOTHING;
  const quoted = quotedPassage(scrutiny);
  if (quoted !== undefined)
    return {
      verdict: "supported",
      code: undefined,
      why: "",
      evidence: [evidenceOfPassage(quoted)],
    };
  const numbers = quantitiesOf(claim.text);
  const notes = [
    ...scope,
    ...checkQuantities(scrutiny),
    ...checkHistory(scrutiny),
    ...checkLabels(scrutiny),
    ...checkLicense(scrutiny),
    ...checkComparison(scrutiny),
    ...checkNames(scrutiny),
    ...checkAnchors(scrutiny),
    ...checkPolarity(scrutiny),
    ...checkAntonyms(scrutiny),
    ...checkOrigin(scrutiny),
    ...checkAgent(scrutiny),
    ...checkStrictness(scrutiny),
    ...checkFuture(scrutiny),
  ];
  const wrong = WORST.map((verdict) => notes.find((note) => note.verdict === verdict)).find(
    (note) => note !== undefined,
  );
  if (wrong !== undefined) return wrong;
  const right = notes.filter(({ verdict }) => verdict === "supported");
  if (scrutiny.terms.length < 2 && numbers.length === 0 && right.length === 0)
    return fewWords(scrutiny);
  return judgeWords(scrutiny, right);
}

/** A word or none that tells something: it claims nothing, unless no source knows the word. */
function fewWords(scrutiny: Scrutiny): Judgement {
  const { terms, claim } = scrutiny;
  const [term] = terms;
  // A whole sentence says something even with one word: `It supports streaming.`
  const isWhole = claim.isItem || claim.text === claim.sentence;
  if (term === undefined || !isWhole) return NOTHING;
  return judgeWords(scrutiny, []);
}
