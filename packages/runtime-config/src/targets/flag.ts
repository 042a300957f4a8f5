/** A flag of a program with its value. */
export type Flag = readonly [name: string, value: string | number];

/** The flag, or none where there is no value. */
export function given(name: string, value: string | number | undefined): Flag[] {
  return value === undefined ? [] : [[name, value]];
}

/** Flags as the arguments of a command. */
export function argumentsOf(flags: readonly Flag[]): string[] {
  return flags.flat().map(String);
}
