import type { Passage } from "./passage.ts";
import type { Scrutiny } from "./scrutiny.ts";
import { mentions } from "./claimant.ts";

/** Fewer words may be anybody's. */
const LEAST_WORDS = 6;

/**
 * The passage that a claim's sentence is taken from word for word, if it speaks of whom the claim
 * speaks of, or the sentence itself names whom it speaks of.
 */
export function quotedPassage({ claim, claimant, candidates }: Scrutiny): Passage | undefined {
  const said = plain(claim.sentence);
  if (said.split(" ", LEAST_WORDS).length < LEAST_WORDS) return undefined;
  // A page may say `the model` where its source says `it`.
  const forms = [said, said.replace(/^the model /, "it ")];
  return candidates.find(({ passage }) => {
    const { entity } = passage;
    const [first = entity.name] = entity.name.split("-");
    const isNamed = mentions(claim.sentence, entity.name) || mentions(claim.sentence, first);
    const isOf = entity.kind !== "other" || claimant.acceptsTrait(passage) || isNamed;
    return isOf && forms.some((form) => ` ${plain(passage.text)} `.includes(` ${form} `));
  })?.passage;
}

/** Words and numbers alone. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}%.,+]+/gu, " ")
    .replace(/[.,](?!\d)/g, "")
    .trim();
}
