import { type LintFinding, type Mend, remove, setTo } from "./finding.ts";
import type { LintInput } from "./lint-input.ts";
import { isFalsy, isTruthy, lastEntry, numberOf, valueOf } from "./llama-settings.ts";
import {
  givenVariables,
  isSwitchedOff,
  setsTemplate,
  THINKING_VARIABLES,
  thinkingOf,
} from "./thinking-settings.ts";

/** How thinking is switched. */
export function lintThinking(input: LintInput): LintFinding[] {
  return [...lintBudget(input), ...lintSwitch(input), ...lintEngine(input)];
}

function lintBudget({ run }: LintInput): LintFinding[] {
  const setting = "reasoning-budget";
  if (numberOf(run.settings, setting) !== 0 || !isSwitchedOff(run.settings)) return [];
  const message = `--${setting} 0 ends thoughts that enable_thinking=false keeps from beginning: together they are known to leave tags in answers, one of them is enough (llama.cpp #22717)`;
  const fix = [remove(setting)];
  const code = "reasoning-budget-with-enable-thinking";
  return [{ code, severity: "warning", message, setting, fix }];
}

/** Switches that the template does not read, where the model does not do so anyway. */
function lintSwitch(input: LintInput): LintFinding[] {
  const { settings } = input.run;
  const variable = input.plan.thinking.switch?.variable;
  const isInVain = (name: string, value: unknown): boolean =>
    name !== variable && (variable !== undefined || value !== input.plan.thinking.value);
  const findings: LintFinding[] = [];
  const flag = lastEntry(settings, "reasoning")?.value;
  if ((isTruthy(flag) || isFalsy(flag)) && isInVain("enable_thinking", isTruthy(flag))) {
    const others = givenVariables(settings) ?? {};
    const fix = [remove("reasoning"), ...variableMends(variable, isTruthy(flag), others)];
    findings.push(unread(input, "reasoning", `--reasoning ${flag}`, fix));
  }
  const setting = "chat-template-kwargs";
  const given = givenVariables(settings) ?? {};
  const names = THINKING_VARIABLES.filter(
    (name) => Object.hasOwn(given, name) && isInVain(name, given[name]),
  );
  if (names.length === 0) return findings;
  const rest = Object.entries(given).filter(([name]) => !names.some((vain) => vain === name));
  const fix = variableMends(variable, thinkingOf(settings) ?? true, Object.fromEntries(rest));
  return [...findings, unread(input, setting, `--${setting} with ${names.join(" and ")}`, fix)];
}

function unread({ plan }: LintInput, setting: string, what: string, fix: Mend[]): LintFinding {
  const variable = plan.thinking.switch?.variable;
  const then = variable === undefined ? plan.thinking.why : `its switch is ${variable}`;
  const message = `${what} does not switch this model's thinking: ${then}`;
  return { code: "no-thinking-switch", severity: "warning", message, setting, fix };
}

/** Variables for the template: what else there was, and the switch that it has. */
function variableMends(
  variable: string | undefined,
  value: boolean,
  rest: Record<string, unknown>,
): Mend[] {
  const variables = variable === undefined ? rest : { ...rest, [variable]: value };
  const setting = "chat-template-kwargs";
  if (Object.keys(variables).length > 0) return [setTo(setting, JSON.stringify(variables))];
  return variable === undefined ? [remove(setting)] : [];
}

/** Without Jinja the file's template is only recognised, not run: its variables mean nothing. */
function lintEngine({ run }: LintInput): LintFinding[] {
  const setting = "jinja";
  if (valueOf(run.settings, setting) !== "off" || !setsTemplate(run.settings)) return [];
  const message =
    "--no-jinja leaves the file's chat template unread, and with it --reasoning and --chat-template-kwargs";
  return [
    { code: "template-engine-off", severity: "warning", message, setting, fix: [remove(setting)] },
  ];
}
