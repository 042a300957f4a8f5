import type { ThinkingSetting } from "../plan/plan.ts";

/** Whether words in the prompt are the one way to switch thinking. */
export function hasWordsOnly({ switch: ways }: ThinkingSetting): boolean {
  return ways !== undefined && ways.variable === undefined;
}

/** What a user says to have the plan's choice: "say /no_think"; empty where there are no such words. */
export function wordsFor(thinking: ThinkingSetting): string {
  const words = thinking.switch?.words;
  return words === undefined ? "" : `say ${thinking.value ? words.on : words.off}`;
}
