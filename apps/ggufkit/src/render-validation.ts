import { type Colours, formatError, singleLine } from "@ggufkit/terminal";

import { type Finding, findingLine } from "./finding.ts";
import { jsonText } from "./json-text.ts";
import type { ModelValidation } from "./validation.ts";

/** A line for each file, and one for each finding under it; ended by a newline. */
export function renderValidation({ files, findings }: ModelValidation, colour: Colours): string {
  const own = files.flatMap((file) => [
    `${verdict(file.findings, colour)}  ${singleLine(file.path)}`,
    ...file.findings.map((found) => `  ${findingLine(found, colour)}`),
  ]);
  const ofSet =
    findings.length === 0
      ? []
      : [
          `${verdict(findings, colour)}  the set of ${files.length} shards`,
          ...findings.map((found) => `  ${findingLine(found, colour)}`),
        ];
  return `${[...own, ...ofSet].join("\n")}\n`;
}

function verdict(findings: readonly Finding[], colour: Colours): string {
  if (findings.some(({ severity }) => severity === "error")) return colour.red("invalid");
  return colour.green("valid  ");
}

/** All validations as one JSON document, ended by a newline. */
export function validationsJson(
  validations: readonly (ModelValidation | FailedValidation)[],
): string {
  const valid = validations.every((validation) => validation.valid === true);
  const models = validations.map((validation) =>
    validation.valid === undefined ? failureJson(validation) : validation,
  );
  return jsonText({ valid, models });
}

function failureJson({ source, error }: FailedValidation): object {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return { source, valid: null, error: { code, message: formatError("", error).slice(2) } };
}

/** A model that could not be read at all. */
export interface FailedValidation {
  readonly source: string;
  readonly valid: undefined;
  readonly error: unknown;
}
