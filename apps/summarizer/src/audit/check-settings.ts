import type { Attribute, Fact } from "@ggufkit/model-facts";
import { evidenceOfFact } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { isValue, type Quantity } from "./quantity.ts";
import type { Scrutiny } from "./scrutiny.ts";
import { factsOf } from "./world.ts";

const SETTINGS: readonly (readonly [RegExp, string])[] = [
  [/\btemperature[\s:=]*(?:of |is |at |to )?[`"]?$/i, "temperature"],
  [/\btop[-_ ]?p[\s:=]*(?:of |is |at |to )?[`"]?$/i, "topP"],
  [/\btop[-_ ]?k[\s:=]*(?:of |is |at |to )?[`"]?$/i, "topK"],
  [/\bmin[-_ ]?p[\s:=]*(?:of |is |at |to )?[`"]?$/i, "minP"],
  [/\bpresence[-_ ]?penalty[\s:=]*(?:of |is |at |to )?[`"]?$/i, "presencePenalty"],
];

const SAMPLING = ["sampling.thinking", "sampling.nonThinking", "sampling.general"] as const;

/** Holds a sampling setting against those that the facts have for its mode; nothing for other numbers. */
export function checkSetting(quantity: Quantity, scrutiny: Scrutiny): Note[] | undefined {
  const { claim, world, url, claimant } = scrutiny;
  const before = claim.text.slice(Math.max(0, quantity.at - 40), quantity.at);
  const [, key] = SETTINGS.find(([pattern]) => pattern.test(before)) ?? [];
  if (key === undefined || !claimant.isOwn) return undefined;
  const facts = modesOf(`${claim.label ?? ""} ${claim.sentence}`).flatMap((mode) =>
    factsOf(world, mode, url),
  );
  const valued = facts.filter((fact) => valueOf(fact, key) !== undefined);
  const [first] = valued;
  if (first === undefined) return undefined;
  const right = valued.find((fact) => isValue(quantity, valueOf(fact, key) ?? Number.NaN));
  const evidence = [evidenceOfFact(right ?? first, world.subject)];
  if (right !== undefined) return [{ verdict: "supported", code: "setting", why: "", evidence }];
  const why = `${key}: the source recommends ${valueOf(first, key)}, not ${quantity.raw}`;
  return [{ verdict: "contradicted", code: "setting", why, evidence }];
}

/** The modes that a sentence names; where it names none or both, the values of all may be meant. */
function modesOf(text: string): readonly Attribute[] {
  const isNon = /\bnon-?thinking\b|\bthinking (?:off|disabled)\b/i.test(text);
  const isThinking = /(?<!non-)(?<!non)\bthinking\b/i.test(
    text.replace(/\bthinking (?:off|disabled)\b/gi, ""),
  );
  const extra: readonly Attribute[] = /\bquanti/i.test(text) ? ["presencePenalty.quantized"] : [];
  if (isNon !== isThinking) return [isNon ? "sampling.nonThinking" : "sampling.thinking", ...extra];
  return [...SAMPLING, "presencePenalty.quantized"];
}

function valueOf({ attribute, value }: Fact, key: string): number | undefined {
  if (attribute === "presencePenalty.quantized")
    return key === "presencePenalty" && typeof value === "number" ? value : undefined;
  return (value as Readonly<Record<string, number>>)[key];
}

/** Earlier turns go without their thoughts, as the facts have it; nothing for other claims. */
export function checkHistory({ claim, claimant, world, url }: Scrutiny): Note[] {
  const text = `${claim.label ?? ""} ${claim.text}`;
  const isOnThoughts =
    /\b(?:thoughts?|thinking)\b/i.test(text) &&
    /\b(?:history|earlier turns|past turns)\b/i.test(text);
  const [fact] = factsOf(world, "thinking.leftOutOfHistory", url);
  if (!isOnThoughts || fact?.value !== true || !claimant.isOwn) return [];
  const isLeftOut =
    /\b(?:without|not|no|never|removed?|left out|leave|exclud\w+|omit\w*|dropp?\w*|strip\w*|only)\b/i.test(
      text,
    );
  const evidence = [evidenceOfFact(fact, world.subject)];
  if (isLeftOut) return [{ verdict: "supported", code: "setting", why: "", evidence }];
  return [
    {
      verdict: "contradicted",
      code: "setting",
      why: "thoughts are left out of the history",
      evidence,
    },
  ];
}
