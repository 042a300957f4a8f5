import type { Fact } from "@ggufkit/model-facts";
import { type AuditEvidence, evidenceOfFact, evidenceOfPassage } from "./evidence-of.ts";
import { type Note, noteOf } from "./note.ts";
import type { Passage } from "./passage.ts";
import { isValue, type Quantity } from "./quantity.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";
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
  return labels.map((label) => checkLabel(label, fact, scrutiny));
}

function checkLabel(label: string, fact: Fact | undefined, scrutiny: Scrutiny): Note {
  const { world, claimant } = scrutiny;
  const files = labelsOf(fact);
  const evidence = fact === undefined ? [] : [evidenceOfFact(fact, world.subject)];
  if (files.includes(label.toLowerCase())) return note("supported", evidence);
  const places = passagesWith(label, scrutiny);
  const own = places.find((passage) => claimant.acceptsTrait(passage));
  if (own !== undefined) return note("supported", [evidenceOfPassage(own)]);
  const [other] = places;
  if (other !== undefined) {
    const why = `the source says ${label} of ${other.entity.name}, not of this model's files`;
    return note("other-entity", [evidenceOfPassage(other)], why);
  }
  if (fact === undefined) return note("unsupported", [], `no source has ${label}`);
  return note("contradicted", evidence, `the files are ${files.join(", ")}, not ${label}`);
}

function note(verdict: Note["verdict"], evidence: readonly AuditEvidence[], why?: string): Note {
  return noteOf(verdict, "quantization", evidence, why);
}

function passagesWith(label: string, scrutiny: Scrutiny): Passage[] {
  const lower = label.toLowerCase();
  return scrutiny.world.index.passages.filter(
    (passage) => isInScope(scrutiny, passage) && passage.text.toLowerCase().includes(lower),
  );
}

/** What follows a number of bits: the rest of its range, and the unit. */
const BITS = /^(?:\s?[-–—/,]\s?\d[\d.]*|\s?(?:to|and|or)\s\d[\d.]*)*[-\s]*bits?\b/i;

/** `1.5–8 bits` are bits of this model's files, not what a runtime can do. */
export function checkBits(quantity: Quantity, scrutiny: Scrutiny): Note[] | undefined {
  const { claim, world, url, claimant } = scrutiny;
  const isBits = BITS.test(claim.text.slice(quantity.end, quantity.end + 24));
  if (!isBits || !claimant.isOwn) return undefined;
  const [fact] = factsOf(world, "quantizations", url);
  return fact && [checkBitsOf(fact, quantity, scrutiny)];
}

function checkBitsOf(fact: Fact, quantity: Quantity, scrutiny: Scrutiny): Note {
  const { world, claimant } = scrutiny;
  const labels = labelsOf(fact);
  const evidence = [evidenceOfFact(fact, world.subject)];
  const bits = labels.flatMap((label) => bitsOf(label) ?? []);
  if (bits.some((own) => isValue(quantity, own))) return note("supported", evidence);
  const places = passagesOnBits(quantity, scrutiny);
  const own = places.find((passage) => claimant.acceptsTrait(passage));
  if (own !== undefined) return note("supported", [evidenceOfPassage(own)]);
  const files = labels.join(", ");
  const [other] = places;
  if (other === undefined)
    return note("contradicted", evidence, `the files are ${files}, none of ${quantity.raw} bits`);
  const why = `the source says ${quantity.raw} bits of ${other.entity.name}; this model's files are ${files}`;
  return note("other-entity", [evidenceOfPassage(other), ...evidence], why);
}

function passagesOnBits(quantity: Quantity, scrutiny: Scrutiny): Passage[] {
  return scrutiny.world.numbers
    .near(quantity)
    .filter(
      ({ quantity: other, passage }) =>
        isInScope(scrutiny, passage) &&
        other.spans.some(([low]) => isValue(quantity, low)) &&
        /\bbits?\b/i.test(passage.text),
    )
    .map(({ passage }) => passage);
}

function labelsOf(fact: Fact | undefined): string[] {
  return Array.isArray(fact?.value) ? fact.value.map((label) => String(label).toLowerCase()) : [];
}

function bitsOf(label: string): number | undefined {
  const digits = /(?:q|int|f|fp|bf|mxfp)(\d{1,2})/.exec(label)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
