import type { Mend } from "./finding.ts";
import { type Instruction, readModelfile } from "./read-modelfile.ts";

/** The Modelfile with these changes made; all other text stays as it is, comments too. */
export function mendModelfile(text: string, mends: readonly Mend[]): string {
  return mends.reduce((mended, mend) => mendOnce(mended, mend), text);
}

/** The name that a finding has for an instruction: its parameter's, or its own. */
function settingOf({ name, parameter }: Instruction): string {
  return name === "PARAMETER" ? parameter : name;
}

function mendOnce(text: string, mend: Mend): string {
  const mine = readModelfile(text).instructions.filter(
    (instruction) => settingOf(instruction) === mend.setting,
  );
  switch (mend.action) {
    case "set":
      return setIn(mend.setting === "FROM" ? without(text, mine.slice(1)) : text, mine, mend);
    case "rename":
      return mine.reduceRight((mended, { nameStart, parameter }) => {
        const rest = mended.slice(nameStart + parameter.length);
        return `${mended.slice(0, nameStart)}${mend.to}${rest}`;
      }, text);
    case "remove":
      return without(text, mine);
    default:
      return mend satisfies never;
  }
}

function without(text: string, instructions: readonly Instruction[]): string {
  return instructions.reduceRight(
    (mended, { start, end }) => mended.slice(0, start) + mended.slice(end),
    text,
  );
}

/** Of several models the first is left, of parameters the last one holds. */
function setIn(
  text: string,
  mine: readonly Instruction[],
  { setting, value }: Mend & { action: "set" },
): string {
  const instruction = setting === "FROM" ? mine[0] : mine.at(-1);
  if (instruction !== undefined) {
    const { argumentStart, argumentEnd } = instruction;
    return text.slice(0, argumentStart) + value + text.slice(argumentEnd);
  }
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const isOpen = text !== "" && !/[\r\n]$/.test(text);
  const line = setting === "FROM" ? `FROM ${value}` : `PARAMETER ${setting} ${value}`;
  return `${text}${isOpen ? lineEnd : ""}${line}${lineEnd}`;
}
