import type { RunPlan } from "../plan/plan.ts";

/** The keys that make a file scale by itself, for runtimes on llama.cpp without such an option. */
export function yarnInFile({ architecture, rope }: RunPlan): string {
  if (rope === undefined) return "";
  const { type, factor, originalContext } = rope.value;
  const keys = [
    `type=string:${type}`,
    `factor=f32:${factor}`,
    `original_context_length=u32:${originalContext}`,
  ];
  const settings = keys.map((key) => `--set ${architecture}.rope.scaling.${key}`);
  return `write it into the file with ggufkit edit FILE ${settings.join(" ")}`;
}
