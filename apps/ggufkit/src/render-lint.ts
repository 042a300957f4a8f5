import { isProblem, type LintFinding } from "@ggufkit/runtime-config";
import { type Colours, singleLine } from "@ggufkit/terminal";

/** A line for each finding, the worst first, or that there is no problem; ended by a newline. */
export function renderFindings(findings: readonly LintFinding[], colour: Colours): string {
  const lines = ["error", "warning", "note"].flatMap((severity) =>
    findings.filter((found) => found.severity === severity).map((found) => line(found, colour)),
  );
  const verdict = findings.some(isProblem) ? [] : [colour.green("no problems")];
  return `${[...lines, ...verdict].join("\n")}\n`;
}

function line({ severity, code, message, section }: LintFinding, colour: Colours): string {
  const tint = { error: colour.red, warning: colour.yellow, note: colour.dim }[severity];
  const place = section === undefined ? "" : `[${section}] `;
  return `${tint(severity.padEnd(7))}  ${colour.dim(code)}  ${singleLine(`${place}${message}`)}`;
}

/** "1 error and 2 warnings". */
export function countText(problems: readonly LintFinding[]): string {
  return (["error", "warning"] as const)
    .flatMap((severity) => {
      const count = problems.filter((found) => found.severity === severity).length;
      return count === 0 ? [] : [`${count} ${count === 1 ? severity : `${severity}s`}`];
    })
    .join(" and ");
}
