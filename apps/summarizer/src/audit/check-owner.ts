import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import type { Quantity } from "./quantity.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";

/** `Q4_K_M`, `GSM8K`, `LibriSpeech`, `MMLU-Pro`: what a list has a number for. */
const KEY =
  /(?<![\w.-])(?=[\w.-]*(?:\p{Lu}[\w.-]*\p{Lu}|\p{Ll}\p{Lu}|[A-Za-z][\w.-]*\d))[\p{L}][\w.-]*\w/gu;
const REACH = 30;
/** Numbers stand beside their units, too. */
const UNIT = /^(?:[kmgt]i?b|[km]?hz|db|kwh|gpus?|cpus?)$/i;

/**
 * A number stands beside a name in the claim, yet the sources have it beside others, and another
 * number beside that name: `Q4_K_M takes 16 GB` where 16 GB are those of `Q5_K_M`.
 */
export function checkOwner(
  quantity: Quantity,
  places: readonly Passage[],
  scrutiny: Scrutiny,
): Note | undefined {
  const { claim, claimant, world } = scrutiny;
  const name = nearestName(claim.text, quantity);
  if (name === undefined || world.subject.name.toLowerCase().includes(name)) return undefined;
  const has = ({ text }: Passage): boolean => text.toLowerCase().includes(name);
  if (places.some(has)) return undefined;
  const rival = (world.names.get(name) ?? []).find(
    (passage) =>
      isInScope(scrutiny, passage) &&
      claimant.acceptsTrait(passage) &&
      has(passage) &&
      world.numbers
        .of(passage)
        .some(
          ({ unit, percent }) =>
            unit === quantity.unit && (percent === quantity.percent || passage.text.includes("%")),
        ),
  );
  if (rival === undefined) return undefined;
  const why = `${quantity.raw} is not what the source has for ${name}`;
  return { verdict: "contradicted", code: "number", why, evidence: [evidenceOfPassage(rival)] };
}

/** The name nearest to a number, in lower case. */
function nearestName(text: string, { at, end }: Quantity): string | undefined {
  const from = Math.max(0, at - REACH);
  const around = text.slice(from, end + REACH);
  const names = [...around.matchAll(KEY)].map((match) => {
    const start = from + match.index;
    const stop = start + match[0].length;
    const between = start >= end ? text.slice(end, start) : text.slice(stop, at);
    // What stands in parentheses belongs to what is before them.
    const aside = start < end && between.includes(")") ? REACH : 0;
    return { name: match[0].toLowerCase(), distance: between.length + aside, between };
  });
  const [nearest] = names
    .filter(({ name, between }) => !UNIT.test(name) && !/\d|, by /.test(between))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}
