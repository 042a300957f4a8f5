import type { Fact } from "@ggufkit/model-facts";
import { evidenceOfFact } from "./evidence-of.ts";
import { type Note, noteOf } from "./note.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { factsOf } from "./world.ts";

const LICENSES: readonly RegExp[] = [
  /\bapache(?:[-\s]?(?:license|v(?:ersion)?|,))*[-\s]?2(?:\.0)?\b/i,
  /\bMIT\b(?=[- ]?licen[sc]|[\s).,;]|$)/,
  /\b[AL]?GPL[-\s]?(?:v|version )?[23](?:\.0)?\b/i,
  /\bBSD(?:-\d-clause)?\b/i,
  /\bCC[- ]BY(?:-(?:NC|SA|ND))*(?:[- ]\d\.0)?\b/i,
  /\bCC0\b/i,
  /\b(?:llama|gemma)\s?[\d.]* (?:community )?(?:licen[sc]e|terms)\b/i,
  /\bopenrail(?:-?m)?\b/i,
];

/** Whether a text ends in the name of a license, its version with it. */
export function isLicensed(text: string): boolean {
  return LICENSES.some((pattern) => {
    const found = pattern.exec(text);
    return found !== null && found.index + found[0].length === text.length;
  });
}

/** A passage that says what the claim says. */
const CLOSE_SHARE = 0.6;

/** The license that a claim names is the model's. */
export function checkLicense(scrutiny: Scrutiny): Note[] {
  const { claim, world, url, claimant } = scrutiny;
  if (
    !claimant.isOwn ||
    !/licen[sc]|released under|\bopen|\bterms\b/i.test(`${claim.sentence} ${claim.label ?? ""}`)
  )
    return [];
  const [fact] = factsOf(world, "license", url);
  if (fact === undefined) return [];
  const own = plain(textOf(fact));
  return LICENSES.flatMap((pattern): Note[] => {
    const named = pattern.exec(claim.text)?.[0];
    if (named === undefined) return [];
    const evidence = [evidenceOfFact(fact, world.subject)];
    // Parts of what a model was made with have licenses of their own.
    if (acceptedOf(scrutiny, CLOSE_SHARE).some(({ passage }) => pattern.test(passage.text)))
      return [];
    if (pattern.test(textOf(fact).replaceAll("-", " ")) || own.includes(plain(named)))
      return [noteOf("supported", "license", evidence)];
    const why = `the license is ${textOf(fact)}, not ${named}`;
    return [noteOf("contradicted", "license", evidence, why)];
  });
}

function plain(text: string): string {
  return text.toLowerCase().replace(/licen[sc]e|version|[^a-z\d]/g, "");
}

/** A license is a text. */
function textOf({ value }: Fact): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
