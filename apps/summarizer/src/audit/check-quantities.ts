import { checkBits } from "./check-labels.ts";
import { isLicensed } from "./check-license.ts";
import { checkSetting } from "./check-settings.ts";
import { checkTyped } from "./check-typed.ts";
import { checkUntyped } from "./check-untyped.ts";
import type { Note } from "./note.ts";
import { type Quantity, quantitiesOf } from "./quantity.ts";
import type { Scrutiny } from "./scrutiny.ts";
import { typeOf } from "./typed-quantity.ts";

/** Looks at each number of a claim: whose it is, what it counts, how it is bounded. */
export function checkQuantities(scrutiny: Scrutiny): Note[] {
  const { claim, claimant } = scrutiny;
  return quantitiesOf(claim.text)
    .filter((quantity) => !isVersion(claim.text, quantity))
    .flatMap((quantity) => {
      const special = checkSetting(quantity, scrutiny) ?? checkBits(quantity, scrutiny);
      if (special !== undefined) return special;
      const typed = claimant.isAlone ? typeOf(quantity, claim.text, claim.label) : undefined;
      const note = typed === undefined ? undefined : checkTyped(typed, scrutiny);
      return note ?? checkUntyped(quantity, scrutiny, typed);
    });
}

/** `Apache 2.0`, `version 3`, `arXiv:2601.00001`: part of a name. */
function isVersion(text: string, { at, end }: Quantity): boolean {
  const before = text.slice(Math.max(0, at - 24), at);
  if (/\b(?:version|v|arxiv:?)[\s-]*$/i.test(before)) return true;
  return isLicensed(before + text.slice(at, end));
}
