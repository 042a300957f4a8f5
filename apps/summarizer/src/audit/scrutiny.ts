import type { Claim } from "./claim.ts";
import type { Claimant } from "./claimant.ts";
import type { Passage } from "./passage.ts";
import type { World } from "./world.ts";

/** A claim with all that looking at it needs. */
export interface Scrutiny {
  readonly claim: Claim;
  readonly claimant: Claimant;
  readonly world: World;
  /** Only this document may support it: so a link is tried. */
  readonly url: string | undefined;
  /** Telling stems of the claim, without names of its subject. */
  readonly terms: readonly string[];
  /** The passages that share the most with the claim, whoever they speak of, best first. */
  readonly candidates: readonly Match[];
}

/** A passage, and how much of a claim's words it has, 0 to 1. */
export interface Match {
  readonly passage: Passage;
  readonly share: number;
  readonly isAccepted: boolean;
}

/** The best passages that may support the claim. */
export function acceptedOf({ candidates }: Scrutiny, least = 0): Match[] {
  return candidates.filter(({ isAccepted, share }) => isAccepted && share >= least);
}

/** Whether a passage stands in the document that is tried. */
export function isInScope({ url }: Pick<Scrutiny, "url">, { source }: Passage): boolean {
  return url === undefined || source.url === url;
}
