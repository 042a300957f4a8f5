import type { Claim } from "./claim.ts";
import { claimantOf } from "./claimant.ts";
import { scrutinize } from "./coverage.ts";
import { judgeClaim } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import type { Passage } from "./passage.ts";
import type { SummaryLink } from "./summary-inline.ts";
import type { World } from "./world.ts";

/** Whether a source that a claim is linked to says it; if not, the documents that do. */
export interface CitationJudgement {
  readonly link: SummaryLink;
  /** The linked document's address as its source has it; none for a link to no source. */
  readonly url: string | undefined;
  readonly isRight: boolean;
  /** A passage elsewhere that says a part of the claim which the linked document has nowhere. */
  readonly missing: Passage | undefined;
}

/** Of a claim that the sources support: which of its links say it. */
export function judgeCitations(
  claim: Claim,
  judgement: Judgement,
  world: World,
): CitationJudgement[] {
  return claim.citations.map((link) => {
    const url = sourceOf(link.url, world);
    if (url === undefined) return { link, url, isRight: false, missing: undefined };
    const missing = partElsewhere(claim, world, url);
    return {
      link,
      url,
      isRight: missing === undefined && saysIt(claim, judgement, world, url),
      missing,
    };
  });
}

/** The documents that say what a claim says, those of its evidence first. */
export function documentsThatSay(claim: Claim, judgement: Judgement, world: World): string[] {
  const first = judgement.evidence.flatMap(({ source }) => source.url ?? []);
  const urls = [...new Set([...first, ...world.documents.map(({ source }) => source.url)])];
  const saying = urls.filter((url) => saysIt(claim, judgement, world, url));
  return saying.length > 0 ? saying : [...new Set(first)];
}

function saysIt(claim: Claim, { evidence }: Judgement, world: World, url: string): boolean {
  const isOnlyHeader =
    evidence.length > 0 && evidence.every(({ source }) => source.url === undefined);
  // A header has no address: its card is as near as a link can come.
  if (isOnlyHeader)
    return world.documents.some(({ source }) => source.url === url && source.role === "card");
  const { verdict } = judgeClaim(claim, world, url);
  // What supports the claim best of all stands there: alone it may have a word less than it needs.
  return verdict === "supported" || (verdict === "unsupported" && evidence[0]?.source.url === url);
}

/** Words of a claim that a document has nowhere, and one passage elsewhere has together. */
const MOST_LACKING = 1;
/** A passage that shares fewer words with a claim is not about the same. */
const LEAST_SHARED = 3;

/** A passage of another document that says a part of the claim which this one has nowhere. */
function partElsewhere(claim: Claim, world: World, url: string): Passage | undefined {
  const claimant = claimantOf(claim, world);
  const { terms, candidates } = scrutinize(claim, claimant, world, undefined);
  const here = new Set<string>();
  for (const passage of world.index.passages)
    if (passage.source.url === url) for (const term of passage.terms) here.add(term);
  const lacking = terms.filter((term) => !here.has(term) && world.index.has(term));
  if (lacking.length <= MOST_LACKING) return undefined;
  const hasPart = ({ terms: own }: Passage): boolean =>
    lacking.filter((term) => own.has(term)).length > MOST_LACKING &&
    terms.filter((term) => own.has(term)).length >= LEAST_SHARED;
  return candidates.find(({ passage, isAccepted }) => isAccepted && hasPart(passage))?.passage;
}

/** The address of the source that a link leads to: with or without `www.`, a slash, a file's view. */
export function sourceOf(url: string, { documents }: World): string | undefined {
  const wanted = comparable(url);
  return documents.find(({ source }) => comparable(source.url) === wanted)?.source.url;
}

/** Addresses of one page are written in several ways. */
export function comparable(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/[?#].*$/, "")
    .replace(/^(arxiv\.org)\/(?:pdf|html|abs)\/(\d{4}\.\d{4,6})(?:v\d+)?(?:\.pdf)?$/, "$1/abs/$2")
    .replace(
      /^((?:huggingface\.co|hf\.co)\/[^/]+\/[^/]+)\/(?:blob|raw|resolve|tree)\/[^/]+(?:\/readme\.md)?\/?$/,
      "$1",
    )
    .replace(/\/(?:index\.html?|readme\.md)?$/, "");
}
