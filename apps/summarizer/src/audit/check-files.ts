import type { Fact } from "@ggufkit/model-facts";
import { evidenceOfFact, evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import { isValue, type Quantity } from "./quantity.ts";
import { acceptedOf, isInScope, type Scrutiny } from "./scrutiny.ts";
import { factsOf } from "./world.ts";

/** Labels of quantisations: `q4_K_M`, `IQ2_XXS`, `BF16`; shorter ones are written in prose, too. */
const LABEL =
  /(?<![\w.-])(?:ud-)?(?:i?q\d_[a-z\d]{1,3}(?:_[a-z\d]{1,3}){0,2}|tq\d_0|bf16|fp?16|fp8|int[48]|mxfp4(?:_moe)?)(?![\w])/gi;

/** The quantisations that a claim lists are those of the model's files. */
export function checkLabels(scrutiny: Scrutiny): Note[] {
  const { claim, world, url, claimant } = scrutiny;
  const labels = [...new Set(claim.text.match(LABEL) ?? [])];
  if (labels.length === 0 || !claimant.isOwn) return [];
  const [fact] = factsOf(world, "quantizations", url);
  const files = labelsOf(fact);
  return labels.flatMap((label): Note[] => {
    if (files.includes(label.toLowerCase()) && fact !== undefined)
      return [
        {
          verdict: "supported",
          code: "quantization",
          why: "",
          evidence: [evidenceOfFact(fact, world.subject)],
        },
      ];
    const places = passagesWith(label, scrutiny);
    const own = places.find((passage) => claimant.acceptsTrait(passage));
    if (own !== undefined)
      return [
        { verdict: "supported", code: "quantization", why: "", evidence: [evidenceOfPassage(own)] },
      ];
    const [other] = places;
    if (other !== undefined) {
      const why = `the source says ${label} of ${other.entity.name}, not of this model's files`;
      return [
        {
          verdict: "other-entity",
          code: "quantization",
          why,
          evidence: [evidenceOfPassage(other)],
        },
      ];
    }
    if (fact === undefined)
      return [
        {
          verdict: "unsupported",
          code: "quantization",
          why: `no source has ${label}`,
          evidence: [],
        },
      ];
    const why = `the files are ${files.join(", ")}, not ${label}`;
    return [
      {
        verdict: "contradicted",
        code: "quantization",
        why,
        evidence: [evidenceOfFact(fact, world.subject)],
      },
    ];
  });
}

function passagesWith(label: string, scrutiny: Scrutiny): Passage[] {
  const lower = label.toLowerCase();
  return scrutiny.world.index.passages.filter(
    (passage) => isInScope(scrutiny, passage) && passage.text.toLowerCase().includes(lower),
  );
}

/** `1.5–8 bits` are bits of this model's files, not what a runtime can do. */
export function checkBits(quantity: Quantity, scrutiny: Scrutiny): Note[] | undefined {
  const { claim, world, url, claimant } = scrutiny;
  const after = claim.text.slice(quantity.end, quantity.end + 24);
  const isBits = /^(?:\s?[-–—/,]\s?\d[\d.]*|\s?(?:to|and|or)\s\d[\d.]*)*[-\s]*bits?\b/i.test(after);
  if (!isBits || !claimant.isOwn) return undefined;
  const [fact] = factsOf(world, "quantizations", url);
  if (fact === undefined) return undefined;
  const bits = labelsOf(fact).flatMap((label) => bitsOf(label) ?? []);
  const evidence = [evidenceOfFact(fact, world.subject)];
  if (bits.some((own) => isValue(quantity, own)))
    return [{ verdict: "supported", code: "quantization", why: "", evidence }];
  const places = world.numbers
    .near(quantity)
    .filter(
      ({ quantity: other, passage }) =>
        isInScope(scrutiny, passage) &&
        other.spans.some(([low]) => isValue(quantity, low)) &&
        /\bbits?\b/i.test(passage.text),
    );
  const own = places.find(({ passage }) => claimant.acceptsTrait(passage));
  if (own !== undefined)
    return [
      {
        verdict: "supported",
        code: "quantization",
        why: "",
        evidence: [evidenceOfPassage(own.passage)],
      },
    ];
  const other = places[0]?.passage;
  const files = labelsOf(fact).join(", ");
  if (other === undefined)
    return [
      {
        verdict: "contradicted",
        code: "quantization",
        why: `the files are ${files}, none of ${quantity.raw} bits`,
        evidence,
      },
    ];
  const why = `the source says ${quantity.raw} bits of ${other.entity.name}; this model's files are ${files}`;
  return [
    {
      verdict: "other-entity",
      code: "quantization",
      why,
      evidence: [evidenceOfPassage(other), ...evidence],
    },
  ];
}

function labelsOf(fact: Fact | undefined): string[] {
  return Array.isArray(fact?.value) ? fact.value.map((label) => String(label).toLowerCase()) : [];
}

function bitsOf(label: string): number | undefined {
  const digits = /(?:q|int|f|fp|bf|mxfp)(\d{1,2})/.exec(label)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

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
      return [{ verdict: "supported", code: "license", why: "", evidence }];
    return [
      {
        verdict: "contradicted",
        code: "license",
        why: `the license is ${textOf(fact)}, not ${named}`,
        evidence,
      },
    ];
  });
}

function plain(text: string): string {
  return text.toLowerCase().replace(/licen[sc]e|version|[^a-z\d]/g, "");
}

/** A license is a text. */
function textOf({ value }: Fact): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
