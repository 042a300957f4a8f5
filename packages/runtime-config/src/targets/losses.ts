import type { Loss } from "./target.ts";

/** Something that a runtime cannot be told, and whether the plan at hand has it. */
export type PossibleLoss = readonly [isLost: boolean, setting: string, message: string];

/** Those losses that the plan suffers. */
export function lossesAmong(possible: readonly PossibleLoss[]): Loss[] {
  return possible
    .filter(([isLost]) => isLost)
    .map(([, setting, message]) => ({ setting, message }));
}
