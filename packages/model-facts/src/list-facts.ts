import { benchmarkOf } from "./benchmark.ts";
import type { Block } from "./blocks.ts";
import { listedSampling } from "./recommendations.ts";
import type { Finding } from "./table-facts.ts";

/** What lists say together with what stands above them. */
export function listFacts(blocks: readonly Block[]): Finding[] {
  return [...listedResults(blocks), ...suiteAverages(blocks), ...samplingLists(blocks)];
}

/** `It achieves the following results on the evaluation set:`, and a bullet for each. */
function listedResults(blocks: readonly Block[]): Finding[] {
  let lead: Block | undefined;
  return blocks.flatMap((block) => {
    const { kind, text, line, headings } = block;
    if (kind !== "bullet") lead = block;
    const isLed =
      /\bresults on the (?:evaluation|test|validation) set:$/.test(lead?.text ?? "") &&
      lead?.headings.at(-1) === headings.at(-1);
    const [, name = "", score = ""] = /^([\w@ -]{2,40}): (\S{1,12})$/.exec(text) ?? [];
    const benchmark = isLed && kind === "bullet" ? benchmarkOf(name, score) : undefined;
    return benchmark === undefined ? [] : [{ found: { benchmark }, where: { line, text } }];
  });
}

/** `Average: 74.37` below the results of a suite of tests, whose name the heading has. */
function suiteAverages(blocks: readonly Block[]): Finding[] {
  return blocks.flatMap(({ text, line, headings }) => {
    const average = /^(?:average|avg\.?|mean): (\d{1,3}(?:\.\d{1,4})?)$/i.exec(text)?.[1];
    const suite = headings.at(-1)?.replace(/:$/, "");
    const isResult = /\b(?:benchmarks?|results?|evaluations?)\b/i.test(headings.join(" "));
    if (average === undefined || suite === undefined || !isResult) return [];
    const benchmark = benchmarkOf(`${suite} average`, average);
    return [{ found: { benchmark }, where: { line, text } }];
  });
}

/** Lists of settings, in code or in bullets, with what stands above them. */
function samplingLists(blocks: readonly Block[]): Finding[] {
  const findings: Finding[] = [];
  for (let at = 0, end = 0; at < blocks.length; at = end) {
    end = endOfList(blocks, at);
    const first = blocks[at];
    if (first === undefined || (first.kind !== "code" && first.kind !== "bullet")) continue;
    const texts = blocks.slice(at, end).map(({ text }) => text);
    const announced = `${first.headings.at(-1) ?? ""} ${blocks[at - 1]?.text.slice(-300) ?? ""}`;
    const where = { line: first.line, text: texts.join("; ") };
    findings.push({ found: listedSampling(texts.join("\n"), announced), where });
  }
  return findings;
}

/** Bullets that follow each other are one list; every other block stands for itself. */
function endOfList(blocks: readonly Block[], start: number): number {
  let end = start + 1;
  if (blocks[start]?.kind === "bullet") while (blocks[end]?.kind === "bullet") end++;
  return end;
}
