import type { WordRange } from "../page.ts";
import { checkPage, wordsOf } from "./check-page.ts";
import { documentsThatSay, judgeCitations } from "./citation.ts";
import { type Claim, claimsOf } from "./claim.ts";
import { type AuditEvidence, evidenceOfPassage } from "./evidence-of.ts";
import type { AuditFinding } from "./finding.ts";
import { judgeClaim } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import { MAX_CLAIMS, MAX_SUMMARY_CHARACTERS } from "./limits.ts";
import { quantitiesOf } from "./quantity.ts";
import { readSummary } from "./summary-text.ts";
import { tellingTerms } from "./terms.ts";
import { type AuditSources, type World, worldOf } from "./world.ts";

export type Verdict =
  | "supported"
  | "contradicted"
  | "other-entity"
  | "wrong-source"
  | "unsupported"
  | "no-claim";

/** A claim of a summary with what the sources say to it. */
export interface AuditedClaim {
  readonly text: string;
  /** In the summary, from 1. */
  readonly line: number;
  readonly verdict: Verdict;
  /** What about it is wrong: `number`, `scope`, `comparison`, …; none where nothing is. */
  readonly aspect: Judgement["code"];
  readonly why: string;
  /** The sentences and facts that support or contradict it. */
  readonly evidence: readonly AuditEvidence[];
  /** The links beside it, and whether each one's document says it; undefined where nothing does. */
  readonly links: readonly { readonly url: string; readonly isRight: boolean | undefined }[];
}

export interface Audit {
  readonly words: number;
  readonly claims: readonly AuditedClaim[];
  readonly findings: readonly AuditFinding[];
}

export interface AuditOptions {
  readonly range: WordRange;
}

/** Sources that were read once, for any number of audits. */
export interface Auditor {
  /** What the sources say to each claim of a text. */
  claimsOf(markdown: string): AuditedClaim[];
  /** The whole of a summary: claims, links, length and form. */
  audit(markdown: string, options: AuditOptions): Audit;
}

/**
 * Holds a Markdown summary, whoever wrote it, against its sources: each claim, each link, its length
 * and form. Pure; nothing in the summary or in a source is followed as an instruction.
 */
export function auditSummary(
  markdown: string,
  sources: AuditSources,
  options: AuditOptions,
): Audit {
  return auditorOf(sources).audit(markdown, options);
}

/** An auditor who knows these sources. Pure. */
export function auditorOf(sources: AuditSources): Auditor {
  const world = worldOf(sources);
  const audited = (claims: readonly Claim[]): AuditedClaim[] =>
    claims.map((claim) => auditClaim(claim, world));
  return {
    claimsOf: (markdown) =>
      audited(claimsOf(readSummary(markdown.slice(0, MAX_SUMMARY_CHARACTERS)))),
    audit(markdown, { range }) {
      const read = markdown.slice(0, MAX_SUMMARY_CHARACTERS);
      const blocks = readSummary(read);
      const claims = claimsOf(blocks);
      const isCut = read.length < markdown.length || claims.length >= MAX_CLAIMS;
      const judged = audited(claims);
      const findings = [
        ...judged.flatMap(claimFinding),
        ...checkPage(read, blocks, claims, world, range),
        ...(isCut ? [cutOff(markdown)] : []),
      ];
      return {
        words: wordsOf(markdown),
        claims: judged,
        findings: findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      };
    },
  };
}

function auditClaim(claim: Claim, world: World): AuditedClaim {
  const judgement = judgeClaim(claim, world);
  const { verdict, code, why, evidence } = judgement;
  const shown = { text: claim.text, line: claim.line, aspect: code, why, evidence };
  if (verdict !== "supported" || claim.citations.length === 0) {
    const links = claim.citations.map(({ url }) => ({ url, isRight: undefined }));
    return { ...shown, verdict, links };
  }
  const judged = judgeCitations(claim, judgement, world);
  const links = judged.map(({ link, isRight }) => ({ url: link.url, isRight }));
  // A link to no source is a finding of its own.
  const known = judged.filter(({ url }) => url !== undefined);
  if (known.length === 0 || known.some(({ isRight }) => isRight) || isAddition(claim))
    return { ...shown, verdict, links };
  const named = known.map(({ url }) => url).join(" and ");
  const part = known.find(({ missing }) => missing !== undefined)?.missing;
  if (part !== undefined) {
    const where = part.source.url ?? part.source.title;
    const partWhy = `${named} does not say all of it, ${where} has a part`;
    return {
      ...shown,
      verdict: "wrong-source",
      why: partWhy,
      links,
      evidence: withEvidence(evidence, evidenceOfPassage(part)),
    };
  }
  const saying = documentsThatSay(claim, judgement, world);
  const instead =
    saying.length === 0
      ? "the GGUF header does"
      : `${saying.join(" and ")} ${saying.length === 1 ? "does" : "do"}`;
  return { ...shown, verdict: "wrong-source", why: `${named} does not say so, ${instead}`, links };
}

function withEvidence(all: readonly AuditEvidence[], more: AuditEvidence): AuditEvidence[] {
  const isThere = all.some(({ source, text }) => source === more.source && text === more.text);
  return isThere ? [...all] : [...all, more];
}

/** `…, yielding better inputs`: too few words to say where they are from; their sentence's are tried. */
function isAddition({ text, sentence }: Claim): boolean {
  return (
    text !== sentence &&
    tellingTerms(text).length <= 2 &&
    quantitiesOf(text).length === 0 &&
    !/\p{Lu}\p{Lu}|\p{Ll}\p{Lu}/u.test(text)
  );
}

function claimFinding({ verdict, text, line, why, evidence }: AuditedClaim): AuditFinding[] {
  if (verdict === "supported" || verdict === "no-claim") return [];
  return [{ code: verdict, line, claim: text, why, evidence }];
}

function cutOff(markdown: string): AuditFinding {
  const size = markdown.length.toLocaleString("en");
  const why = `only the beginning was audited: the summary has ${size} characters`;
  return { code: "cut-off", line: undefined, claim: "", why, evidence: [] };
}
