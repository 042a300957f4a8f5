import { type Colours, renderTable, singleLine } from "@ggufkit/terminal";
import type { Audit, AuditedClaim, Verdict } from "./audit.ts";
import type { AuditEvidence } from "./evidence-of.ts";
import type { AuditFinding } from "./finding.ts";
import type { WordRange } from "../page.ts";

/** Longer claims and sentences are cut in the view for people; JSON has them whole. */
const MOST_SHOWN = 160;
/** What is wrong is shown with the sources that say otherwise, the nearest first. */
const MOST_EVIDENCE = 2;

const VERDICTS: readonly Verdict[] = [
  "supported",
  "contradicted",
  "other-entity",
  "wrong-source",
  "unsupported",
  "no-claim",
];

/** The view for people: what is wrong, line by line, then how many claims came out how. */
export function renderAudit(audit: Audit, colour: Colours): string {
  const { findings, claims, words } = audit;
  const blocks = findings.map((found) => renderFinding(found, colour));
  const counts = VERDICTS.map((verdict) => [verdict, String(countOf(claims, verdict))] as const);
  const table = renderTable(
    counts.filter(([, count]) => count !== "0"),
    { align: ["left", "right"] },
  );
  const verdict =
    findings.length === 0 ? colour.green("nothing wrong") : colour.red(countFindings(findings));
  const told = `${claims.length} claims, ${words} words: ${verdict}`;
  return `${[...blocks, table, told].filter((block) => block !== "").join("\n\n")}\n`;
}

function renderFinding(
  { line, code, claim, why, evidence }: AuditFinding,
  colour: Colours,
): string {
  const place = line === undefined ? "summary" : `line ${line}`;
  const head = `${place.padEnd(8)}  ${tint(code, colour)}  ${shown(why)}`;
  const said = claim === "" ? [] : [`  ${shown(claim)}`];
  const sources = evidence
    .slice(0, MOST_EVIDENCE)
    .map((item) => `  ${colour.dim(sourceLine(item))}`);
  return [head, ...said, ...sources].join("\n");
}

function tint(code: AuditFinding["code"], colour: Colours): string {
  const isFalse = code === "contradicted" || code === "other-entity" || code === "unsupported";
  return isFalse ? colour.red(code) : colour.yellow(code);
}

/** `model card:36: Context Length: …`. */
function sourceLine({ source, line, text }: AuditEvidence): string {
  const place = line === undefined ? source.title : `${source.title}:${line}`;
  return `${singleLine(place)}: ${shown(text)}`;
}

function shown(text: string): string {
  const line = singleLine(text).replace(/\s+/g, " ").trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN - 1)}…` : line;
}

function countOf(claims: readonly AuditedClaim[], verdict: Verdict): number {
  return claims.filter((claim) => claim.verdict === verdict).length;
}

/** `2 contradicted, 1 wrong-source, 1 hype`, in the order in which they first occur. */
export function countFindings(findings: readonly AuditFinding[]): string {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`).join(", ");
}

/** The whole audit, as one JSON document has it. */
export function auditDocument({ words, claims, findings }: Audit, range: WordRange): object {
  return {
    ok: findings.length === 0,
    words,
    range,
    counts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, countOf(claims, verdict)])),
    findings: findings.map((found) => ({
      ...found,
      line: found.line ?? null,
      evidence: found.evidence.map(evidenceJson),
    })),
    claims: claims.map((claim) => ({
      ...claim,
      aspect: claim.aspect ?? null,
      evidence: claim.evidence.map(evidenceJson),
      links: claim.links.map(({ url, isRight }) => ({ url, isRight: isRight ?? null })),
    })),
  };
}

function evidenceJson({ text, source, line, entity }: AuditEvidence): object {
  return {
    text,
    source: source.title,
    url: source.url ?? null,
    line: line ?? null,
    entity: entity.name,
  };
}
