import { evidenceOfPassage } from "./evidence-of.ts";
import { shareOf } from "./coverage.ts";
import type { Note } from "./note.ts";
import { isInScope, type Scrutiny } from "./scrutiny.ts";

/** Words of a machine: `/think`, `--rope-scaling`, `enable_thinking`. */
const ANCHOR =
  /(?<![\w/.])(?:\/[a-z][a-z_]{2,30}|--[a-z][a-z-]{2,40}|[a-z]+(?:_[a-z]+){1,5})(?![\w/])/gi;
/** What is said of such a word has to be said where a source names it. */
const LEAST_SHARE = 0.42;

/** With so many commas a line counts up. */
const LEAST_ITEMS = 3;

/** What a claim says of a switch, flag or setting is what its sources say of it. */
export function checkAnchors(scrutiny: Scrutiny): Note[] {
  const { claim, world, claimant, terms } = scrutiny;
  const anchors = [...new Set(claim.text.match(ANCHOR) ?? [])].map((anchor) =>
    anchor.toLowerCase(),
  );
  return anchors.flatMap((anchor): Note[] => {
    // An item of a list says something of its own word alone.
    const isListed = claim.label !== undefined && claim.text.split(/[,;]/).length > LEAST_ITEMS;
    const others = isListed
      ? []
      : terms.filter((term) => !anchors.some((one) => one.includes(term)));
    const places = world.index.passages.filter(
      (passage) => isInScope(scrutiny, passage) && passage.text.toLowerCase().includes(anchor),
    );
    if (places.length === 0 && isKnown(anchor, scrutiny)) return [];
    if (places.length === 0)
      return [
        { verdict: "unsupported", code: "name", why: `no source has ${anchor}`, evidence: [] },
      ];
    if (others.length < 2) return [];
    const best = places
      .filter((passage) => claimant.accepts(passage))
      .map((passage) => ({ passage, share: shareOf(others, passage, world) }))
      .toSorted((a, b) => b.share - a.share)[0];
    if (best === undefined || best.share >= LEAST_SHARE) return [];
    const why = `this is not what the source says of ${anchor}`;
    return [
      {
        verdict: "contradicted",
        code: "relation",
        why,
        evidence: [evidenceOfPassage(best.passage)],
      },
    ];
  });
}

/** `top_p` where the source has `TopP`: written otherwise, and so looked up by its words. */
function isKnown(anchor: string, scrutiny: Scrutiny): boolean {
  const letters = plain(anchor);
  return scrutiny.world.index.passages.some(
    (passage) => isInScope(scrutiny, passage) && plain(passage.text).includes(letters),
  );
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, "");
}
