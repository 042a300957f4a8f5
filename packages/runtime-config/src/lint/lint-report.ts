import { isProblem, type LintCode, type LintFinding, type Mend } from "./finding.ts";

/** Findings, and the same thing mended. */
export type Fixed<Subject> = {
  /** What was found before. */
  findings: readonly LintFinding[];
  fixed: Subject;
  /** What is left: what nothing mends, and notes. */
  remaining: readonly LintFinding[];
};

/** Each mend may bring out what was hidden behind it; none takes more than a few rounds. */
const MAX_ROUNDS = 20;

/** What the rest follows from is mended before it: slips first, and samplers, by the mode, last. */
const STAGES: readonly (readonly LintCode[])[] = [
  ["unknown-flag", "flag-removed", "flag-with-equals", "flag-without-value", "flag-repeated"],
  ["bad-value"],
  ["no-thinking-switch", "reasoning-budget-with-enable-thinking", "template-engine-off"],
];
const LAST: readonly LintCode[] = ["sampling-default-bites", "greedy-thinking"];

function stageOf({ code }: LintFinding): number {
  if (LAST.includes(code)) return STAGES.length + 1;
  const stage = STAGES.findIndex((codes) => codes.includes(code));
  return stage === -1 ? STAGES.length : stage;
}

/**
 * Follows the mends of all errors and warnings, until none is left that has one. Where two want the
 * same setting, the first comes first, and the other is looked at again.
 */
export function fixAll<Subject>(
  subject: Subject,
  lint: (subject: Subject) => readonly LintFinding[],
  apply: (subject: Subject, found: LintFinding, mends: readonly Mend[]) => Subject,
): Fixed<Subject> {
  const findings = lint(subject);
  let fixed = subject;
  let remaining = findings;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const mendable = nextMends(remaining);
    if (mendable.length === 0) break;
    for (const found of mendable) fixed = apply(fixed, found, found.fix ?? []);
    remaining = lint(fixed);
  }
  return { findings, fixed, remaining };
}

/** Findings of the first stage there is, none of which touches what another one does. */
function nextMends(findings: readonly LintFinding[]): LintFinding[] {
  const mendable = findings.filter((found) => isProblem(found) && found.fix !== undefined);
  const stage = Math.min(...mendable.map(stageOf));
  const touched = new Set<string>();
  return mendable.filter((found) => {
    const places = (found.fix ?? []).map(({ setting }) => `${found.section ?? ""}\0${setting}`);
    if (stageOf(found) !== stage || places.some((place) => touched.has(place))) return false;
    for (const place of places) touched.add(place);
    return true;
  });
}
